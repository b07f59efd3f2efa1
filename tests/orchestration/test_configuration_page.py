"""docs/configuration.md says what the settings say."""

from support.scripts import DOCS, docs_script


def test_the_configuration_page_is_current():
    page = docs_script("generate_configuration").page()
    assert (DOCS / "configuration.md").read_text() == page, "run: python docs/generate_configuration.py"
