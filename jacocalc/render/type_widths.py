"""How wide letters are in the Times family, in thousandths of their size: Times, STIX, Liberation Serif, Nimbus Roman.

Where another font is used, the viewer fits each run of letters to the width that is stated with it.
"""

from __future__ import annotations

from unicodedata import combining

_ROMAN = {
    180: "'", 200: "|", 219: "′", 250: " ,.·", 278: "/:;\\ijltι", 333: "!()-I[]`fr⌊⌋⌈⌉", 389: "Jsτ", 408: '"ζε',
    444: "?aceczγχξν", 450: "∘", 480: "{}δθλυρ^", 500: "#$*0123456789_bdghknopquvxy∂κπβ‖", 530: "ηαμσ~",
    556: "FPS", 564: "+<=>×−", 580: "φΓΣ", 611: "ELTZ", 643: "ψωΔΞ≈≤≥≠", 667: "BCR∇", 722: "ADGHKNOQUVXYwΘΠΛΦΨΩℝ√∞",
    778: "&m", 833: "%", 889: "M", 921: "@", 944: "W", 1000: "…⋯→",
}  # fmt: skip
_ITALIC = {
    219: "'′", 250: " ,.·", 278: "/\\fijltι|", 333: "!()-:;I`τ", 389: "[]rszγεζ{}", 422: '"^ξλ', 444: "Jcekvxyνχ",
    480: "υδκρ", 500: "#$*0123456789?S_abdghnopquθσηβ∂πμ", 540: "αφ~", 556: "LTYZΓ", 600: "ABEFPRVXΔΣΛψ", 667: "CKNwΞ",
    706: "ω", 722: "DGHOQUmΘΠΩΨ", 778: "&Φ", 833: "%MW", 920: "@",
}  # fmt: skip
_OTHER, _BOLDER = 600, 1.08
_WIDTHS = {
    "roman": {letter: width for width, letters in _ROMAN.items() for letter in letters},
    "italic": {letter: width for width, letters in _ITALIC.items() for letter in letters},
}


def text_width(text: str, size: float, face: str) -> float:
    """The width of a run of letters; ``face`` is roman, italic or bold."""
    widths = _WIDTHS.get(face, _WIDTHS["roman"])
    total = sum(widths.get(letter, _WIDTHS["roman"].get(letter, _OTHER)) for letter in text if not combining(letter))
    return total * size / 1000 * (_BOLDER if face == "bold" else 1)
