"""What LaTeX commands and raised or lowered characters look like in Unicode. Data only."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_GREEK = (
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ"
    " mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ"
    " omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"
)
_PLAIN = (
    "infty ∞ partial ∂ nabla ∇ forall ∀ exists ∃ nexists ∄ emptyset ∅ varnothing ∅ hbar ℏ ell ℓ Re ℜ Im ℑ aleph ℵ"
    " angle ∠ triangle △ square □ degree ° circ ∘ prime ′ ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ sum ∑ prod ∏"
    " coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ neg ¬ lnot ¬ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lbrace {"
    " rbrace } vert | Vert ‖ mid | dagger † ddagger ‡ star ⋆ bullet • checkmark ✓ top ⊤ bot ⊥ therefore ∴ because ∵"
    " backslash \\ S § pounds £ euro € lvert | rvert | lVert ‖ rVert ‖ blacksquare ■ surd √ imath ı jmath ȷ"
)
_SPACED = (
    "times × cdot · div ÷ pm ± mp ∓ ast ∗ oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙ cap ∩ cup ∪ setminus ∖ wedge ∧ land ∧"
    " vee ∨ lor ∨ leq ≤ le ≤ leqslant ≤ geq ≥ ge ≥ geqslant ≥ neq ≠ ne ≠ ll ≪ gg ≫ approx ≈ equiv ≡ sim ∼ simeq ≃"
    " cong ≅ propto ∝ in ∈ notin ∉ ni ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ to → rightarrow →"
    " longrightarrow ⟶ leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ implies ⇒ Longrightarrow ⟹ Leftarrow ⇐"
    " Leftrightarrow ⇔ iff ⇔ mapsto ↦ longmapsto ⟼ uparrow ↑ downarrow ↓ parallel ∥ perp ⊥ vdash ⊢ models ⊨ prec ≺"
    " succ ≻ preceq ⪯ succeq ⪰ coloneqq ≔ doteq ≐ rightleftharpoons ⇌ xrightarrow → hookrightarrow ↪ lt < gt >"
)
_FUNCTIONS = (
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth log ln lg exp lim limsup liminf max min sup inf"
    " det dim ker deg gcd lcm arg argmax argmin Pr mod tr rank sgn"
)
_SUPERSCRIPTS = (
    "0⁰ 1¹ 2² 3³ 4⁴ 5⁵ 6⁶ 7⁷ 8⁸ 9⁹ +⁺ -⁻ −⁻ =⁼ (⁽ )⁾ aᵃ bᵇ cᶜ dᵈ eᵉ fᶠ gᵍ hʰ iⁱ jʲ kᵏ lˡ mᵐ nⁿ oᵒ pᵖ rʳ sˢ tᵗ uᵘ vᵛ"
    " wʷ xˣ yʸ zᶻ Aᴬ Bᴮ Dᴰ Eᴱ Gᴳ Hᴴ Iᴵ Jᴶ Kᴷ Lᴸ Mᴹ Nᴺ Oᴼ Pᴾ Rᴿ Tᵀ Uᵁ Vⱽ Wᵂ αᵅ βᵝ γᵞ δᵟ θᶿ φᵠ χᵡ ∘° °° ′′"
)
_SUBSCRIPTS = (
    "0₀ 1₁ 2₂ 3₃ 4₄ 5₅ 6₆ 7₇ 8₈ 9₉ +₊ -₋ −₋ =₌ (₍ )₎ aₐ eₑ hₕ iᵢ jⱼ kₖ lₗ mₘ nₙ oₒ pₚ rᵣ sₛ tₜ uᵤ vᵥ xₓ βᵦ γᵧ ρᵨ φᵩ χᵪ"
)
_WORDS = (
    "text mathrm mathbf mathit mathsf mathtt textbf textit textrm texttt operatorname operatorname* boldsymbol bm mbox"
)
_IGNORED = "mathcal mathscr mathfrak displaystyle textstyle limits nolimits boxed mathop mathbin mathrel nonumber notag"
_SIZES = "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr"
_LINES = "aligned align align* gather gather* gathered equation equation* split cases multline"
_ROWS = "matrix pmatrix bmatrix vmatrix Bmatrix smallmatrix"


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _letters(text: str) -> MappingProxyType[str, str]:
    return MappingProxyType({pair[0]: pair[1] for pair in text.split()})


SYMBOLS: Final = MappingProxyType(_pairs(_GREEK) | _pairs(_PLAIN))
OPERATORS: Final = MappingProxyType(_pairs(_SPACED))
"""Signs that stand between two things, with room on both sides."""
FUNCTIONS: Final = frozenset(_FUNCTIONS.split())
SUPERSCRIPTS: Final = _letters(_SUPERSCRIPTS)
SUBSCRIPTS: Final = _letters(_SUBSCRIPTS)
BLACKBOARD: Final = _letters("A𝔸 B𝔹 Cℂ D𝔻 E𝔼 F𝔽 G𝔾 Hℍ I𝕀 K𝕂 Nℕ Pℙ Qℚ Rℝ S𝕊 T𝕋 Zℤ")
WORDS: Final = frozenset(_WORDS.split())
"""Commands whose argument is shown as it is."""
IGNORED: Final = frozenset(_IGNORED.split())
SIZES: Final = frozenset(_SIZES.split())
"""Commands that only size the bracket behind them."""
LINES: Final = frozenset(_LINES.split())
ROWS: Final = frozenset(_ROWS.split())
ROOMS: Final = MappingProxyType(
    {",": " ", ";": " ", ":": " ", ">": " ", " ": " ", "!": "", "/": "", "quad": "  ", "qquad": "   "}
)
ACCENTS: Final = MappingProxyType(
    {
        "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0305", "vec": "\u20d7",
        "tilde": "\u0303", "widetilde": "\u0303", "dot": "\u0307", "ddot": "\u0308", "underline": "\u0332",
    }
)  # fmt: skip
"""Combining characters that go behind every letter they stand over."""
