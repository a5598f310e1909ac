"""The page that shows the document works in a browser without a network, and its policy stops nothing that it does.

Usage: page.py EXAMPLES BROWSER SCREENSHOTS
"""

import pathlib
import re
import sys

from playwright.sync_api import expect, sync_playwright

from examples import running


def main():
    folder, browser, screenshots = sys.argv[1:4]
    screenshots = pathlib.Path(screenshots)
    screenshots.mkdir(parents=True, exist_ok=True)
    with running(folder, "openapi") as url, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
        chromium = playwright.chromium.launch(executable_path=browser, args=arguments)
        page = chromium.new_page(viewport={"width": 1100, "height": 1000})
        faults, elsewhere = [], []
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: request.url.startswith((url, "data:", "blob:")) or elsewhere.append(request.url))
        page.goto(f"{url}/docs")
        try_out(page)
        page.screenshot(path=screenshots / "docs.png", full_page=True)
        assert not elsewhere, f"something is loaded from elsewhere: {elsewhere}"
        assert not faults, f"the browser complains: {faults}"
        print(f"a book was put on the shelf and is listed; see {screenshots / 'docs.png'}")
        chromium.close()


def try_out(page):
    expect(page.locator(".info .title")).to_contain_text("Library")
    # A deprecated operation is shown as such.
    expect(page.locator(".opblock-deprecated")).to_have_count(1)
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").fill("secret")
    page.locator(".auth-btn-wrapper .authorize").click()
    page.locator(".btn-done").click()

    add = page.locator("#operations-books-add_book")
    add.locator(".opblock-summary-control").click()
    add.get_by_role("button", name="Try it out").click()
    # The body is the example of its schema.
    expect(add.locator("textarea.body-param__text")).to_have_value(re.compile("Momo"))
    add.get_by_role("button", name="Execute").click()
    answer = add.locator(".live-responses-table .response")
    expect(answer.locator(".response-col_status")).to_contain_text("200")
    expect(answer.locator(".highlight-code").first).to_contain_text("Momo")

    listing = page.locator("#operations-books-list_books")
    listing.locator(".opblock-summary-control").click()
    listing.get_by_role("button", name="Try it out").click()
    listing.get_by_role("button", name="Execute").click()
    books = listing.locator(".live-responses-table .response .highlight-code").first
    expect(books).to_contain_text("The Rust Programming Language")
    expect(books).to_contain_text("Momo")


main()
