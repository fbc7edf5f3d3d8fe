"""Adding and listing shops."""

from pathlib import Path

import pytest

from tests.cli.command import Run


def test_add_and_list(run: Run) -> None:
    """
    Shops are added once; those that were there before are told apart.
    """
    assert run("shops", "add", "35", "33").out == "Added: 33, 35.\n"
    assert run("shops", "add", "34", "33").out == "Added: 34.\nAlready there: 33.\n"
    assert run("shops", "add", "34").out == "Already there: 34.\n"
    assert run("shops", "list") == (0, "33\n34\n35\n", "")


@pytest.mark.parametrize(
    "text",
    [
        "33\n34\n",
        "33\r\n\r\n034\r\n",
        "\ufeff33\n34",
        "shop_id\n33\n34\n",
        '\ufeffName, Shop_ID \n"Body, Shop",33\nOther,34\n,\n',
    ],
)
def test_file(run: Run, tmp_path: Path, text: str) -> None:
    """
    A file holds one shop on each line, or a column of them, as spreadsheets write it.
    """
    (tmp_path / "shops.csv").write_text(text, "utf-8")

    result = run("shops", "add", "36", "--file", "shops.csv")

    assert result == (0, "Added: 33, 34, 36.\n", "")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("33\n\nabc\n0\n", "line 3 ('abc'), line 4 ('0')"),
        ("33,34\n", "line 1 ('33,34')"),
        ("name,shop_id\nA,33\nB\nC,-1\n", "line 3 (''), line 4 ('-1')"),
        ("2147483648\n", "line 1 ('2147483648')"),
        (f"{'9' * 5_000}\n", f"line 1 ('{'9' * 40}...')"),
    ],
)
def test_wrong_lines(run: Run, tmp_path: Path, text: str, lines: str) -> None:
    """
    Every line without a shop id is named, and nothing of the file is added.
    """
    (tmp_path / "shops.csv").write_text(text, "utf-8")

    result = run("shops", "add", "--file", "shops.csv")

    assert result == (
        1,
        "",
        f"The file shops.csv was not used, because of lines without a shop id: {lines}.\n",
    )
    assert run("shops", "list").out == ""


@pytest.mark.parametrize("content", [b"\xff\xfe3\x003\x00", b"3" * 200_000])
def test_file_that_is_no_csv(run: Run, tmp_path: Path, content: bytes) -> None:
    """
    A file of another kind is refused in one sentence.
    """
    (tmp_path / "shops.csv").write_bytes(content)

    result = run("shops", "add", "--file", "shops.csv")

    assert result == (1, "", "The file shops.csv is not a CSV file in UTF-8.\n")


def test_file_that_is_not_there(run: Run) -> None:
    """
    A file that cannot be read is refused in one sentence.
    """
    result = run("shops", "add", "--file", "shops.csv")

    assert result == (1, "", "The file shops.csv cannot be read: No such file or directory.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            (),
            "Invalid value for SHOP_ID: Name the shops to add, "
            "or a file that lists them with --file.",
        ),
        (
            ("0",),
            "Invalid value for 'SHOP_ID...': '0' is not a shop id, "
            "which is a whole number from 1 to 2,147,483,647.",
        ),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    """
    What is no shop id is wrong usage.
    """
    assert run("shops", "add", *arguments) == (2, "", f"{sentence}\n")
