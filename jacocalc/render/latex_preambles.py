"""What stands before the page in a whole LaTeX document: an article, or frames."""

_LOOK = r"""\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb,graphicx}
\setcounter{MaxMatrixCols}{40}
\setlength{\parindent}{0pt}
\AtBeginDocument{\lineskiplimit=3pt\lineskip=4pt\abovedisplayskip=5pt plus 2pt\belowdisplayskip=5pt plus 2pt
\abovedisplayshortskip=2pt plus 2pt\belowdisplayshortskip=4pt plus 2pt}
"""
ARTICLE = (
    r"\documentclass[11pt,fleqn]{article}"
    + "\n"
    + _LOOK
    + r"""\usepackage[a4paper,margin=2.2cm]{geometry}
\setlength{\parskip}{0.5ex}
\setlength{\mathindent}{1.5em}
\allowdisplaybreaks[1]
"""
)
BEAMER = (
    r"\documentclass[11pt,fleqn]{beamer}"
    + "\n"
    + _LOOK
    + r"""\usefonttheme[onlymath]{serif}
\setbeamertemplate{navigation symbols}{}
\setbeamertemplate{frametitle continuation}[from second]
\setlength{\mathindent}{0.5em}
\newcommand{\tall}[1]{\setbox0=\vbox{\hsize=\linewidth #1}\ifdim\dimexpr\ht0+\dp0\relax>0.78\textheight
\resizebox*{!}{0.78\textheight}{\box0}\else\unvbox0\fi}
"""
)
FIT = (
    r"\providecommand{\fit}[1]{\ifmmode\displaystyle\fi\sbox0{$\displaystyle #1$}\ifdim\wd0>0.9\linewidth"
    r"\resizebox{0.9\linewidth}{!}{\usebox0}\else #1\fi}"
    "\n"
    r"\providecommand{\mayend}{\hfil\penalty0\hfilneg}"
)
"""\\fit{…}: a formula that shrinks to the width of the page where it is wider; \\mayend: a line may end here."""
UNFIT = FIT.replace(r"\resizebox{0.9\linewidth}{!}{\usebox0}", "#1")
"""The same for a fragment, whose document need not have graphicx: nothing shrinks."""
