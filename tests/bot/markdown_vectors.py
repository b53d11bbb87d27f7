"""What models write and what a person should see: name, markdown, text, entities as (type, covered text, extra)."""

from __future__ import annotations

from typing import NamedTuple


class Vector(NamedTuple):
    name: str
    markdown: str
    text: str
    entities: tuple[tuple[str, ...], ...] = ()


VECTORS = (
    Vector("plain text stays", "Hello, world", "Hello, world"),
    Vector("single newlines stay", "one\ntwo", "one\ntwo"),
    Vector("paragraphs", "one\n\n\n\ntwo", "one\n\ntwo"),
    Vector(
        "bold and italic",
        "**a** *b* __c__ _d_",
        "a b c d",
        (("bold", "a"), ("italic", "b"), ("bold", "c"), ("italic", "d")),
    ),
    Vector("nested styles", "**a *b* c**", "a b c", (("bold", "a b c"), ("italic", "b"))),
    Vector("strikethrough", "~~old~~ new ~one~", "old new ~one~", (("strikethrough", "old"),)),
    Vector("inline code", "use `a*b*c` here", "use a*b*c here", (("code", "a*b*c"),)),
    Vector("code stands alone", "**run `ls` now**", "run ls now", (("bold", "run"), ("code", "ls"), ("bold", "now"))),
    Vector("underscores in names", "snake_case_name and 2*3*4 or 2**3**2", "snake_case_name and 2*3*4 or 2**3**2"),
    Vector("escapes", r"\*not bold\* \# \_", "*not bold* # _"),
    Vector("astral offsets", "😀 **жир**", "😀 жир", (("bold", "жир"),)),
    Vector("unclosed mark", "**half said", "**half said"),
    Vector("bold touches a word", "**Note:**text", "Note:text", (("bold", "Note:"),)),
    Vector("bold in Chinese", "文字**“引用”**文字", "文字“引用”文字", (("bold", "“引用”"),)),
    Vector("stars in code without marks", "f(**kwargs) and f(**args)", "f(**kwargs) and f(**args)"),
    # headings, lines
    Vector("first heading", "# Title", "Title", (("bold", "Title"), ("underline", "Title"))),
    Vector("other headings", "### Part `x`\ntext", "Part x\ntext", (("bold", "Part x"),)),
    Vector("rule", "a\n\n---\n\nb", "a\n\n──────────\n\nb"),
    # lists
    Vector("bullets", "- a\n- b", "• a\n• b"),
    Vector("nested bullets", "- a\n  - b\n    - c\n      - d\n- e", "• a\n   ◦ b\n      ▪ c\n         ▪ d\n• e"),
    Vector("numbers are kept", "3. c\n4. d", "3. c\n4. d"),
    Vector("bullets in numbers", "1. a\n   - b\n2. c", "1. a\n   • b\n2. c".replace("•", "◦")),
    Vector("tasks", "- [x] done\n- [ ] todo", "☑ done\n☐ todo"),
    Vector("an introduction stays close", "Buy:\n\n- milk", "Buy:\n• milk"),
    Vector("paragraphs in items", "- a\n\n  b\n- c", "• a\n\n   b\n\n• c"),
    Vector(
        "code in items", "1. run\n   ```sh\n   ls\n   ```\n2. look", "1. run\n\nls\n\n2. look", (("pre", "ls", "sh"),)
    ),
    # code blocks
    Vector("fence", "```python\nif x:\n    y\n```", "if x:\n    y", (("pre", "if x:\n    y", "python"),)),
    Vector("unclosed fence", "Look:\n```js\nlet a = 1", "Look:\n\nlet a = 1", (("pre", "let a = 1", "js"),)),
    Vector("indent of code stays", "```\n    deep\n```", "    deep", (("pre", "    deep"),)),
    Vector("tabs in code", "```\n\tx\n```", "    x", (("pre", "    x"),)),
    Vector("file name behind the language", "```py a.py\nx\n```", "a.py\n\nx", (("pre", "x", "py"),)),
    Vector("fence in a fence", "````md\n```\nx\n```\n````", "```\nx\n```", (("pre", "```\nx\n```", "md"),)),
    Vector("empty fence", "a\n```\n```", "a"),
    # quotes
    Vector("quote", "> a **b**\n> c", "a b\nc", (("blockquote", "a b\nc"), ("bold", "b"))),
    Vector("quote in quote", "> a\n>> b", "a\n\nb", (("blockquote", "a\n\nb"),)),
    Vector("long quote", "> a\n" * 9, "\n".join("a" * 9), (("expandable_blockquote", "\n".join("a" * 9)),)),
    Vector("code in a quote", "> ```\n> x\n> ```", "x", (("blockquote", "x"), ("pre", "x"))),
    Vector(
        "details",
        "<details><summary>More</summary>\n\nhidden\n\n</details>\n\nafter",
        "More\nhidden\n\nafter",
        (("bold", "More"), ("expandable_blockquote", "hidden")),
    ),
    # tables
    Vector("table", "| a | b |\n|---|--:|\n| 1 | 22 |", "a |  b\n--+---\n1 | 22", (("pre", "a |  b\n--+---\n1 | 22"),)),
    Vector(
        "wide signs in a table",
        "|a|b|\n|-|-|\n|日本|x|\n|😀|y|",
        "a    | b\n-----+--\n日本 | x\n😀   | y",
        (("pre", "a    | b\n-----+--\n日本 | x\n😀   | y"),),
    ),
    Vector("marks in cells", "|a|\n|-|\n|**b** `c`|", "a\n---\nb c", (("pre", "a\n---\nb c"),)),
    Vector(
        "wide table",
        "|Name|What|\n|-|-|\n|Foo|" + "long " * 9 + "|",
        "Name: Foo\nWhat: " + ("long " * 9).strip(),
        (("bold", "Name: Foo"),),
    ),
    Vector(
        "links in a table",
        "|a|b|\n|-|-|\n|1|[x](http://y.z)|",
        "a: 1\nb: x",
        (("bold", "a: 1"), ("text_link", "x", "http://y.z")),
    ),
    Vector("table cut off", "| a | b |\n|---|---|\n| 1", "a | b\n--+--\n1 |", (("pre", "a | b\n--+--\n1 |"),)),
    # links
    Vector("link", "[t](https://a.b/c_d?e=f)", "t", (("text_link", "t", "https://a.b/c_d?e=f"),)),
    Vector("code in a link", "[`f`](https://a.b)", "f", (("text_link", "f", "https://a.b"),)),
    Vector("reference link", "[t][1]\n\n[1]: https://a.b", "t", (("text_link", "t", "https://a.b"),)),
    Vector("unused definitions stay", "text\n\n[1]: https://a.b", "text\n\n[1]: https://a.b"),
    Vector("image", "![cat](https://a.b/c.png)", "cat", (("text_link", "cat", "https://a.b/c.png"),)),
    Vector(
        "nameless image",
        "![](https://a.b/c.png)",
        "https://a.b/c.png",
        (("text_link", "https://a.b/c.png", "https://a.b/c.png"),),
    ),
    Vector("no host", "[t](http://localhost:8080)", "t (http://localhost:8080)"),
    Vector("script", "[t](javascript:alert(1))", "t (javascript:alert(1))"),
    Vector("relative", "[t](../a.md) [u](#part)", "t (../a.md) u"),
    Vector("mail", "[t](mailto:a@b.c)", "t (a@b.c)"),
    Vector("mention of a person", "[t](tg://user?id=1)", "t (tg://user?id=1)"),
    Vector("telegram link", "[t](tg://resolve?domain=x)", "t", (("text_link", "t", "tg://resolve?domain=x"),)),
    Vector("user in an address", "[t](https://bank.com@evil.io)", "t (https://bank.com@evil.io)"),
    Vector("autolink", "<https://a.b>", "https://a.b", (("text_link", "https://a.b", "https://a.b"),)),
    Vector("footnote", "fact[^1]\n\n[^1]: source", "fact¹\n\n¹ source"),
    Vector("named footnote", "fact[^note]", "fact^([note])"),
    # HTML
    Vector(
        "html styles",
        "<b>a</b> <i>b</i> <u>c</u> <s>d</s> <code>e</code>",
        "a b c d e",
        (("bold", "a"), ("italic", "b"), ("underline", "c"), ("strikethrough", "d"), ("code", "e")),
    ),
    Vector("line break", "a<br>b<br/>c", "a\nb\nc"),
    Vector("sub and sup", "H<sub>2</sub>O x<sup>n+1</sup> y<sup>ф</sup>", "H₂O xⁿ⁺¹ y^ф"),
    Vector("other html is text", "<div class='x'>a</div>", "<div class='x'>a</div>"),
    Vector("lone tag", "a <b> c", "a <b> c"),
    Vector("crossing tags", "<b>a<i>b</b>c</i>", "abc", (("bold", "ab"), ("italic", "b"), ("italic", "c"))),
    Vector("entities once", "&lt;b&gt; &amp;lt; &copy;", "<b> &lt; ©"),
    # maths
    Vector("inline maths", "$E=mc^2$, \\(x_1\\)", "E=mc², x₁"),
    Vector("display maths", "So\n\n$$\n\\frac{a+b}{2} \\leq \\sqrt{x}\n$$", "So\n\n(a+b)/2 ≤ √x"),
    Vector("brackets", "\\[\na\n= b\n\\]", "a = b"),
    Vector("prices", "costs $5 and $6", "costs $5 and $6"),
    Vector("prices in a sentence", "It was $5, maybe 6$.", "It was $5, maybe 6$."),
    Vector("shell variables", "$HOME/$USER and $PATH", "$HOME/$USER and $PATH"),
    Vector("unreadable maths", "$\\weird{x}$", "\\weird{x}", (("code", "\\weird{x}"),)),
    Vector("unreadable display", "$$\n\\weird{x}\n$$", "\\weird{x}", (("pre", "\\weird{x}", "latex"),)),
    Vector("maths in bold", "**$x^2$**", "x²", (("bold", "x²"),)),
    # what Telegram would change
    Vector("ring above", "a\u030a\u0333", "å"),
    Vector("overrides and controls", "a\u202eb\x07c", "ab c"),
    Vector("half pairs", "a\ud83d b \ud83d\ude00", "a\ufffd b 😀"),
    Vector("windows lines", "a\r\n\r\nb\rc", "a\n\nb\nc"),
    Vector("edges", "\n\n   a  \n\n", "a"),
)

NOTHING = ("", " ", "\n\n", "\u200b", "\u2800 \u200e", "\ufeff", "```\n\n```", "&nbsp;", "# ", "\x00")

FORMULAS = (
    (r"\sum_{i=1}^{n} i", "∑ᵢ₌₁ⁿ i"),
    (r"\int_0^\infty e^{-x^2}\,dx", "∫₀^∞ e^(-x²) dx"),
    (r"\frac{1}{2}x", "(1/2)x"),
    (r"\sqrt[3]{x+1}", "³√(x+1)"),
    (r"\lim_{x \to 0} \frac{\sin x}{x} = 1", "lim_(x → 0) (sin x)/x = 1"),
    (r"x \in \mathbb{R}, \; x \neq 0", "x ∈ ℝ, x ≠ 0"),
    (r"\text{if } a \Rightarrow b", "if a ⇒ b"),
    (r"\begin{cases} a & x > 0 \\ b & x \leq 0 \end{cases}", "a x > 0\nb x ≤ 0"),
    (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "[1 2; 3 4]"),
    (r"90^\circ \pm 5\%", "90° ± 5%"),
    (r"\hat{x} \cdot \vec{v}", "x̂ · v⃗"),
    (r"\left\{ a \right.", "{ a"),
    (r"\alpha\beta_{\text{max}}", "αβₘₐₓ"),
    (r"\binom{n}{k}", "C(n, k)"),
    (r"\unknown", None),
    (r"x^", None),
    (r"{a", None),
    (r"a}", None),
    ("{" * 100 + "}" * 100, None),
    (r"\begin{tikzpicture}\end{tikzpicture}", None),
)
