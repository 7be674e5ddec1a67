# SPDX-License-Identifier: BSD-2-Clause
"""What owners of domains do, rightly and wrongly. Each is a generator that
yields the moments at which it goes on. Faults get the moment at which they
can first be seen, and are over before FAULT_DAYS."""

from simworld import DAY, HOUR

FAULT_DAYS = 8
MINUTE = 60
# What is loaded later than this is a fault.
LOADING = 20 * HOUR


def begin(host):
    return host.end() - host.life * DAY


# Rightly.

def renew(_, host, loading=0):
    """At two thirds of the life of a certificate; some wait until the night
    to load it."""
    while True:
        yield begin(host) + host.life * DAY * 2 / 3
        host.write(host.make())
        yield host.world.time + loading
        host.load()


def roll_over(site, host):
    """The record of the next key is there before the key."""
    site.tlsa = [(host, host.loaded)]
    while True:
        yield begin(host) + host.life * DAY * 2 / 3 - DAY
        old, new = host.loaded, host.make(DAY)
        site.tlsa = [(host, old), (host, new)]
        site.publish()
        yield host.world.time + DAY
        host.write(new)
        host.load()
        yield host.world.time + DAY
        site.tlsa = [(host, new)]
        site.publish()


def change_policy(site, _):
    """The record follows a few minutes after the file, between which somebody
    may look."""
    while True:
        yield site.world.next_round(site.world.time + 5 * DAY) - MINUTE
        site.max_age = 604800 + 86400 * (site.max_age == 604800)
        yield site.world.time + 5 * MINUTE
        site.new_id()
        site.publish()


def move_mail(site, _):
    """A second host, and no longer the first: the policy always covers all."""
    one, two = site.hosts
    while True:
        for hosts in ([one], [two]):
            site.covered = [one.name, two.name]
            site.new_id()
            site.publish()
            yield site.world.time + 2 * DAY
            site.hosts = [one, two]
            site.publish()
            yield site.world.time + 2 * DAY
            site.hosts = hosts
            site.publish()
            yield site.world.time + 2 * DAY
            site.covered = None
            site.new_id()
            site.publish()
            yield site.world.time + 2 * DAY


def come_and_go(site, _):
    """MTA-STS is set up, enforced, and taken back as RFC 8461 says."""
    while True:
        yield site.world.time + DAY
        site.mode = "testing"
        yield site.world.time + DAY / 2
        site.new_id()
        site.publish()
        yield site.world.time + 2 * DAY
        site.mode = "enforce"
        site.new_id()
        site.publish()
        yield site.world.time + 2 * DAY
        site.mode = "none"
        site.new_id()
        site.publish()
        yield site.world.time + 2 * DAY
        site.id = None
        site.publish()
        yield site.world.time + DAY / 2
        site.mode = None


def be_out_of_reach(site, host):
    """For moments, in which somebody looks."""
    while True:
        for server in (host, site.web):
            yield site.world.next_round(site.world.time + DAY) - MINUTE
            server.is_away = True
            yield site.world.time + 6 * MINUTE
            server.is_away = False


# Wrongly.

def not_renewed(log, site, host, at, days):
    life = days * DAY
    yield at - 12 * HOUR
    host.renew(at - life * 3 / 4 - site.world.time, life=days)
    fault = log.plant(site, "mx-certificate-soon", host, at)
    yield at + min(2 * DAY, life / 8)
    host.renew()
    log.cure(fault)


def expired(log, site, host, at, days):
    """What ended was not put right: only that it has expired is told then, and
    that it is over. For a moment nobody can look."""
    life = days * DAY
    warned = at - min(life / 4, 3 * DAY)
    yield warned
    host.renew(at - life - site.world.time, life=days)
    log.plant(site, "mx-certificate-soon", host, warned).succeeded = at
    fault = log.plant(site, "mx-certificate-expired", host, at)
    yield site.world.next_round(at + 12 * HOUR) - MINUTE
    host.is_away = True
    yield site.world.time + 6 * MINUTE
    host.is_away = False
    yield at + DAY
    host.renew()
    log.cure(fault)


def not_loaded(log, site, host, at, days):
    """Told after a day, or when otherwise there would be a warning that it
    should be renewed."""
    life = days * DAY
    yield at - min(LOADING, life / 3 - life / 4)
    host.renew(-life * 2 / 3, life=days)
    host.write(host.make())
    fault = log.plant(site, "mx-certificate-not-loaded", host, at)
    yield at + min(2 * DAY, life / 8)
    host.load()
    log.cure(fault)


def not_rolled_over(log, site, host, at):
    yield at - DAY
    site.tlsa = [(host, host.loaded)]
    site.publish()
    yield at
    host.renew()
    fault = log.plant(site, "tlsa-mismatch", host, at)
    yield at + 2 * DAY
    site.tlsa = [(host, host.loaded)]
    site.publish()
    log.cure(fault)


def not_rolled_over_soon(log, site, host, at):
    yield at - DAY
    site.tlsa = [(host, host.loaded)]
    site.publish()
    yield at
    host.write(host.make())
    fault = log.plant(site, "tlsa-mismatch-soon", host, at)
    yield at + 20 * HOUR
    site.tlsa = [(host, host.loaded), (host, host.newest)]
    site.publish()
    log.cure(fault)
    yield site.world.time + 2 * HOUR
    host.load()


def same_id(log, site, _, at):
    """For a moment nobody can look."""
    yield at
    site.max_age += 86400
    fault = log.plant(site, "sts-policy-changed-same-id", None, at)
    yield site.world.next_round(at + DAY) - MINUTE
    site.web.is_away = True
    yield site.world.time + 6 * MINUTE
    site.web.is_away = False
    yield at + 2 * DAY
    site.new_id()
    site.publish()
    log.cure(fault)


def record_gone(log, site, _, at):
    yield at
    site.reports = False
    site.publish()
    fault = log.plant(site, "tlsrpt-missing", None, at)
    yield at + 2 * DAY
    site.reports = True
    site.publish()
    log.cure(fault)


def policy_record_gone(log, site, _, at):
    yield at
    site.id = None
    site.publish()
    fault = log.plant(site, "sts-policy-without-record", None, at)
    yield at + 2 * DAY
    site.new_id()
    site.publish()
    log.cure(fault)


def policy_gone(log, site, _, at):
    yield at
    site.id, mode, site.mode = None, site.mode, None
    site.publish()
    fault = log.plant(site, "sts-missing", None, at)
    yield at + 2 * DAY
    site.mode = mode
    site.new_id()
    site.publish()
    log.cure(fault)


def not_covered(log, site, _, at):
    """For a moment nobody can look at the policy."""
    one, two = site.hosts
    yield at - 2 * DAY
    site.covered = [one.name, two.name]
    site.hosts = [one]
    site.publish()
    yield at - DAY
    site.covered = None
    site.new_id()
    site.publish()
    yield at
    site.covered = [one.name]
    site.hosts = [one, two]
    site.publish()
    fault = log.plant(site, "sts-mx-not-covered", two, at)
    yield site.world.next_round(at + DAY) - MINUTE
    site.web.is_away = True
    yield site.world.time + 6 * MINUTE
    site.web.is_away = False
    yield at + 2 * DAY
    site.covered = None
    site.new_id()
    site.publish()
    log.cure(fault)


def other_name(log, site, host, at):
    yield at
    host.renew(names=["elsewhere." + site.domain])
    fault = log.plant(site, "mx-certificate-name", host, at)
    yield at + 2 * DAY
    host.renew()
    log.cure(fault)


def policy_host_expired(log, site, _, at):
    yield at - 12 * HOUR
    site.web.renew(at - site.web.life * DAY - site.world.time)
    fault = log.plant(site, "sts-policy-certificate", None, at)
    yield at + 2 * DAY
    site.web.renew()
    log.cure(fault)


# Of hosts at which nothing is done about certificates.
LONG = 900
# Name, lives of the certificates of the hosts, what is done, and the rest.
RIGHT = (
    ("six", (6,), renew, {}),
    ("forty-five", (45,), renew, {"age": 20}),
    ("ninety", (90,), renew, {"age": 45}),
    ("six-late", (6,), renew, {"loading": 6 * HOUR}),
    ("forty-five-late", (45,), renew, {"age": 20, "loading": 19 * HOUR}),
    ("ninety-late", (90,), renew, {"age": 50, "loading": 19 * HOUR}),
    ("six-dane", (6,), roll_over, {}),
    ("forty-five-dane", (45,), roll_over, {"age": 20}),
    ("policy", (LONG,), change_policy, {}),
    ("moving", (LONG, LONG), move_mail, {}),
    ("coming", (LONG,), come_and_go, {"mode": None}),
    ("shaky", (LONG,), be_out_of_reach, {}),
)
# The same, with the number of hosts.
WRONG = (
    ("not-renewed-six", 1, not_renewed, {"days": 6}),
    ("not-renewed-forty-five", 1, not_renewed, {"days": 45}),
    ("not-renewed-ninety", 1, not_renewed, {"days": 90}),
    ("expired-six", 1, expired, {"days": 6}),
    ("expired-ninety", 1, expired, {"days": 90}),
    ("not-loaded-six", 1, not_loaded, {"days": 6}),
    ("not-loaded-forty-five", 1, not_loaded, {"days": 45}),
    ("not-loaded-ninety", 1, not_loaded, {"days": 90}),
    ("tlsa", 1, not_rolled_over, {}),
    ("tlsa-soon", 1, not_rolled_over_soon, {}),
    ("same-id", 1, same_id, {}),
    ("record", 1, record_gone, {}),
    ("policy-record", 1, policy_record_gone, {}),
    ("policy-gone", 1, policy_gone, {}),
    ("cover", 2, not_covered, {}),
    ("name", 1, other_name, {}),
    ("policy-host", 1, policy_host_expired, {}),
)
