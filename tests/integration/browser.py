# SPDX-License-Identifier: BSD-2-Clause
"""A headless Chromium that looks at a page."""

import base64
import json

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
         "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync",
         "--window-size=1280,900")
SETTLED = "return document.documentElement.dataset.ready !== undefined"


class Browser:
    def __init__(self, profile):
        options = webdriver.ChromeOptions()
        for flag in (*FLAGS, "--user-data-dir=" + profile):
            options.add_argument(flag)
        options.binary_location = "/usr/bin/chromium"
        options.set_capability(
            "goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(
            service=Service("/usr/bin/chromedriver"), options=options)

    def stop(self):
        self.driver.quit()

    def open(self, path, fragment=""):
        """Shows the page, which draws itself while it loads, from its start;
        complaints and requests are those since then."""
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get("file://%s%s" % (path, fragment and "#" + fragment))
        return self

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def is_ready(self):
        return self.run(SETTLED)

    def tell(self, command, **arguments):
        """The protocol of the developer tools."""
        return self.driver.execute_cdp_cmd(command, arguments)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def find_all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])"
                        ".textContent", selector)

    def number(self, selector):
        return int(self.text(selector).split()[0].replace(",", ""))

    def choose(self, selector, text):
        Select(self.find(selector)).select_by_visible_text(text)

    def enter(self, selector, text):
        field = self.find(selector)
        field.clear()
        field.send_keys(text, Keys.ENTER)

    def set_date(self, selector, day):
        """How a date is typed depends on the language of the browser."""
        self.run("const field = document.querySelector(arguments[0]);"
                 "field.value = arguments[1];"
                 "field.dispatchEvent(new Event('change'))",
                 selector, str(day))

    def press(self, *keys):
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def column(self, selector, number):
        """The texts of a column of a table."""
        return self.run(
            "return Array.from(document.querySelectorAll(arguments[0]),"
            " cell => cell.innerText.trim())",
            "%s tbody tr > :nth-child(%d)" % (selector, number))

    def complaints(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """The addresses of all that was asked for."""
        events = [json.loads(entry["message"])["message"]
                  for entry in self.driver.get_log("performance")]
        return [event["params"]["request"]["url"] for event in events
                if event["method"] == "Network.requestWillBeSent"]

    def prefer(self, scheme):
        self.tell("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}])

    def resize(self, width, height=900, mobile=False):
        self.tell("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=mobile)

    def print_pdf(self):
        return base64.b64decode(self.tell("Page.printToPDF")["data"])
