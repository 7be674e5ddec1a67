/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/result-type.h"

#include <glib.h>
#include <string.h>

static const ResultTypeInfo infos[] = {
	{"starttls-not-supported", "negotiation", RESULT_TYPE_WARNING,
		"The MX did not offer STARTTLS",
		"The sender connected to the MX and was not offered STARTTLS, "
		"so the session could not be encrypted. Either TLS is "
		"switched off there, or something on the way removed the "
		"offer, as in a downgrade attack.",
		"Connect to the named MX on port 25 and look for 250-STARTTLS. "
		"Enable TLS there (Postfix: smtpd_tls_security_level=may), and "
		"check firewalls that inspect SMTP. If the MX offers it, look "
		"at the path between it and the reporter."},
	{"certificate-host-mismatch", "negotiation", RESULT_TYPE_WARNING,
		"The certificate names another host",
		"The certificate of the MX does not contain the name that the "
		"sender expected: the MX host name of the DNS record.",
		"Compare the MX records with the certificate's subjectAltName "
		"entries. Get a certificate for every MX name, or change the "
		"MX record or the mx lines of the MTA-STS policy to the name "
		"in the certificate."},
	{"certificate-expired", "negotiation", RESULT_TYPE_CRITICAL,
		"The certificate has expired",
		"The certificate that the MX presented is no longer valid.",
		"Renew the certificate on the named MX and reload its mail "
		"server. Check that the renewal job reloads it, and that "
		"every MX and every address of the name has the new file."},
	{"certificate-not-trusted", "negotiation", RESULT_TYPE_WARNING,
		"The certificate is not trusted",
		"The sender could not build a chain from the certificate to a "
		"certification authority that it trusts. The usual cause is a "
		"missing intermediate certificate or a self-signed one.",
		"Configure the full chain (fullchain.pem rather than cert.pem) "
		"on the named MX. MTA-STS needs a publicly trusted authority; "
		"a self-signed certificate works with DANE only."},
	{"validation-failure", "negotiation", RESULT_TYPE_WARNING,
		"TLS failed for another reason",
		"The sender could not establish a TLS session that satisfies "
		"the policy. The failure reason code, if given, says more.",
		"Read the failure reason code. Check that the MX offers TLS "
		"1.2 or later with common ciphers, that its certificate is "
		"valid, and that its name is covered by the MTA-STS policy."},
	{"tlsa-invalid", "dane", RESULT_TYPE_CRITICAL,
		"No TLSA record matches the certificate",
		"The TLSA records of the MX could not be used or none of them "
		"matches the certificate it presented. Senders that honour "
		"DANE do not deliver to it.",
		"Compare the TLSA record of _25._tcp at the MX name with the "
		"key in use. Publish the record of a new key before the key is "
		"used, and wait for the old record's TTL to pass."},
	{"dnssec-invalid", "dane", RESULT_TYPE_CRITICAL,
		"DNSSEC validation failed",
		"The sender's resolver could not validate the DNS answers for "
		"the MX or its TLSA records. Senders that honour DNSSEC do not "
		"deliver.",
		"Check the zone with a DNSSEC debugger: expired signatures, a "
		"DS record at the parent that no longer matches, or name "
		"servers that disagree."},
	{"dane-required", "dane", RESULT_TYPE_CRITICAL,
		"The sender requires DANE and found no usable record",
		"The sender is configured to deliver to this domain only with "
		"DANE, and the MX had no DNSSEC-validated TLSA records.",
		"Publish TLSA records for every MX in a signed zone, or ask "
		"the reporting site to drop its mandatory DANE setting."},
	{"sts-policy-fetch-error", "mta-sts", RESULT_TYPE_WARNING,
		"The MTA-STS policy could not be fetched",
		"The _mta-sts TXT record exists, but the sender could not get "
		"the policy file over HTTPS.",
		"Fetch https://mta-sts.DOMAIN/.well-known/mta-sts.txt from "
		"outside: it must answer 200, without a redirect, as "
		"text/plain, over both IPv4 and IPv6."},
	{"sts-policy-invalid", "mta-sts", RESULT_TYPE_WARNING,
		"The MTA-STS policy is not valid",
		"The sender fetched the policy file and could not understand "
		"it.",
		"Check the file against RFC 8461 section 3.2: version: STSv1 "
		"first, one mode, one max_age, one mx line for every pattern, "
		"and no MX host that no pattern covers."},
	{"sts-webpki-invalid", "mta-sts", RESULT_TYPE_CRITICAL,
		"The policy host's certificate is not valid",
		"The HTTPS server of the MTA-STS policy presented a "
		"certificate that is expired, names another host or is not "
		"trusted, so senders cannot renew the policy.",
		"Renew the certificate of the web server that answers for "
		"mta-sts.DOMAIN and make sure that it covers that name."},
};

const ResultTypeInfo *result_type_get_info(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(infos); i++) {
		if (strcmp(infos[i].name, name) == 0)
			return &infos[i];
	}
	return NULL;
}

const ResultTypeInfo *result_type_get_all(size_t *count)
{
	*count = G_N_ELEMENTS(infos);
	return infos;
}

const char *result_type_severity_name(ResultTypeSeverity severity)
{
	return severity == RESULT_TYPE_CRITICAL ? "critical" : "warning";
}
