"""What a person does and sees in GraphiQL."""

import json
from typing import Any

from playwright.sync_api import Page, Response

_EDITORS = {
    "query": "operation.graphql",
    "variables": "variables.json",
    "headers": "request-headers.json",
    "response": "response.json",
}
# What GraphiQL calls Monaco.
_TEXT = "__MONACO.editor.getModels().find(m => m.uri.path.endsWith(name)).getValue()"


class GraphiQL:
    """A window in which GraphiQL is open."""

    def __init__(self, page: Page) -> None:
        """Wait until a person could begin."""
        self.page = page
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait for the editors and the button; the schema may come later."""
        self.page.locator(".graphiql-query-editor .view-line").first.wait_for()
        self.page.get_by_role("button", name="Execute query").wait_for()

    def tabs(self) -> list[str]:
        """The titles of the tabs."""
        return self.page.locator(".graphiql-tab-button").all_inner_texts()

    def open_tab(self, title: str) -> None:
        """Click on a tab, and wait until its query is shown."""
        self.page.locator(".graphiql-tab-button", has_text=title).click()
        self._wait(f"name => {_TEXT}.includes({json.dumps(f' {title}(')})", "query")

    def text(self, editor: str) -> str:
        """What stands in an editor."""
        return self.page.evaluate(f"name => {_TEXT}", _EDITORS[editor])

    def write_headers(self, text: str) -> None:
        """Paste other headers over those that are there."""
        self.page.get_by_role("button", name="Headers").click()
        self.page.evaluate(
            """([name, text]) => {
                const editors = __MONACO.editor.getEditors();
                const editor = editors.find(e => e.getModel().uri.path.endsWith(name));
                editor.executeEdits("", [{ range: editor.getModel().getFullModelRange(), text }]);
            }""",
            [_EDITORS["headers"], text],
        )
        assert self.text("headers") == text

    def run(self) -> Any:
        """Press the button; returns the answer that is shown."""
        with self.page.expect_response(_is_of_a_tab) as sent:
            self.page.get_by_role("button", name="Execute query").click()
        answer = sent.value.json()
        # The answer of the tab before may stand there until this one's comes.
        self.page.wait_for_function(
            f"([name, answer]) => {{ const text = {_TEXT}; "
            "return text && JSON.stringify(JSON.parse(text)) === JSON.stringify(answer); }",
            arg=[_EDITORS["response"], answer],
        )
        return answer

    def wait_until_nothing_is_wrong(self) -> None:
        """Wait until nothing is underlined in the editors."""
        self.page.wait_for_function("() => __MONACO.editor.getModelMarkers({}).length === 0")

    def _wait(self, condition: str, editor: str) -> None:
        self.page.wait_for_function(condition, arg=_EDITORS[editor])


def _is_of_a_tab(response: Response) -> bool:
    """Whether a tab was run, and not GraphiQL's own question for the schema."""
    body = response.request.post_data or ""
    return response.url.endswith("/graphql") and "__schema" not in body
