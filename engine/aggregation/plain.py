"""Plain writing: LaTeX, Markdown and typographic signs of an answer brought to one form, bold kept as two marks."""

import re

OPEN, CLOSE = "\ue000", "\ue001"
"""Where bold begins and ends; from the private area, so that no text has them."""
BOLD = rf"[{OPEN}{CLOSE}]*"

SPACES = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f\u2007\u2008\u200a\u2002\u2003\u3000", " "))
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
VULGAR = {
    **{"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5"},
    **{"⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"},
}
LATEX_SIGNS = (
    (r"\\(?:left|right|displaystyle|bigl?|bigr?|Big|limits)(?![a-zA-Z])", ""),
    (r"\\[,;:! ]|\\q?quad\b|~", " "),
    (r"\{,\}", ","),
    (r"\\%", "%"),
    (r"\\\$", "$"),
    (r"\^\s*\{?\s*\\circ\s*\}?", "°"),
    (r"\\(?:cdot|times|ast)(?![a-zA-Z])", "×"),
    (r"\\div(?![a-zA-Z])", "÷"),
    (r"\\(?:approx|thickapprox|simeq|sim)(?![a-zA-Z])", "≈"),
    (r"\\(?:leqslant|leq|le)(?![a-zA-Z])", "≤"),
    (r"\\(?:geqslant|geq|ge)(?![a-zA-Z])", "≥"),
    (r"\\(?:neq|ne)(?![a-zA-Z])", "≠"),
    (r"\\infty(?![a-zA-Z])", "∞"),
    (r"\\pi(?![a-zA-Z])", "π"),
    (r"\\pm(?![a-zA-Z])", "±"),
    (r"\\in(?![a-zA-Z])", "∈"),
    (r"\\cup(?![a-zA-Z])", "∪"),
    (r"\\varnothing|\\emptyset", "∅"),
    (r"\\degree(?![a-zA-Z])", "°"),
    (r"\\(?:Rightarrow|Longrightarrow|to|rightarrow|implies)(?![a-zA-Z])", "→"),
    (r"\\(?:boldsymbol|mathbf|mathrm|mathit|textbf|textit|text|mbox|operatorname|rm|bf)\s*\{([^{}]*)\}", r"\1"),
    (r"\\[()\[\]]", " "),
)
FRACTION = re.compile(r"\\[dtc]?frac\s*(?:\{([^{}]*)\}|(\d))\s*(?:\{([^{}]*)\}|(\d))")
ROOT = re.compile(r"\\sqrt\s*(?:\{([^{}]*)\}|(\d))")
PAIRED_DOLLARS = re.compile(r"\$\$(.{1,2000}?)\$\$|(?<![\w$])\$(?=\S)([^$\n]*?\S)\$(?![\d$])", re.DOTALL)
POWER_SIGNS = re.compile(r"(?<=[\w)])([⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+)")
DASH_BEFORE_NUMBER = re.compile(r"(?:(?<=^)|(?<=[\s(=:{\[,;×≈]))[−–‒﹣-](?=[\d.]\S*)", re.MULTILINE)


def plain(text: str) -> str:
    """`text` without LaTeX commands and Markdown signs; bold is between OPEN and CLOSE."""
    text = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").translate(SPACES))
    text = PAIRED_DOLLARS.sub(lambda found: f" {found[1] or found[2]} ", text) if "$" in text else text
    text = without_markdown(text)
    text = without_latex(text) if "\\" in text or "{" in text else text
    for sign, written in VULGAR.items():
        text = re.sub(rf"(?<=\d)\s?{sign}", f" {written}", text).replace(sign, written)
    text = text.replace("⁄", "/").replace("\u2212", "-").replace("\u2010", "-").replace("\u2011", "-")
    return DASH_BEFORE_NUMBER.sub("-", text)


def without_markdown(text: str) -> str:
    text = re.sub(r"^\s*```\w*[ \t]*$", "", text, flags=re.MULTILINE).replace("`", "")
    text = re.sub(r"</?(?:b|strong)>", "**", text, flags=re.IGNORECASE)
    text = re.sub(r"^(\s*)#{1,3}\s+(.*?)\s*#*$", r"\1\2", text, flags=re.MULTILINE)
    text = re.sub(r"^[ \t]*>+[ \t]?", "", text, flags=re.MULTILINE)
    text = re.sub(r"^[ \t]*[-*_]{3,}[ \t]*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"(\*{2,3}|__)(?=\S)(.{1,400}?)(?<=\S)\1", rf"{OPEN}\2{CLOSE}", text, flags=re.DOTALL)
    text = re.sub(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,400}?)(?<=[^\s*])\*(?![\w*])", rf"{OPEN}\1{CLOSE}", text)
    text = re.sub(r"(?<!\w)_(?=\S)([^_\n]{1,400}?)(?<=\S)_(?!\w)", r"\1", text)
    return text.replace("**", "")


def without_latex(text: str) -> str:
    for pattern, written in LATEX_SIGNS:
        text = re.sub(pattern, written, text)
    for _ in range(3):  # nested ones, from the inside out
        text = ROOT.sub(lambda found: f"√{grouped(found[1] or found[2])}", text)
        text = FRACTION.sub(fraction, text)
    text = re.sub(r"\^\s*\{([^{}]*)\}", r"^\1", text)
    return re.sub(r"\\([{}])", r"\1", text)


def fraction(found: re.Match[str]) -> str:
    """a/b; a blank before it keeps a whole part apart, as in 2 1/3."""
    top, bottom = found[1] or found[2] or "", found[3] or found[4] or ""
    before = found.string[found.start() - 1 : found.start()]
    return f"{' ' if before.isdigit() else ''}{grouped(top.strip())}/{grouped(bottom.strip())}"


def grouped(text: str) -> str:
    return text if re.fullmatch(r"-?[\w.,]+|√\w+", text) else f"({text})"


def without_bold(text: str) -> str:
    """The text without the marks."""
    return text.replace(OPEN, "").replace(CLOSE, "")
