"""Answers that must earn nothing, and right ones beside them, found by attacking the checker."""

from __future__ import annotations

import pytest

from rlvr_gym.envs.math.checker import Ruling, check, make_gold
from rlvr_gym.sandbox.runners.symbolic import run


def judged(gold: str, response: str, question: str | None = None) -> bool:
    decision = check(response, make_gold(gold, question=question))
    if decision.ruling is Ruling.ASK:
        return run({"pairs": [list(pair) for pair in decision.pairs]})["equal"] is True
    return decision.ruling is Ruling.RIGHT


REFUSED = (
    ("x^2+y^2=1", "\\boxed{\\infty=1}"),
    ("x^2+y^2=1", "\\boxed{\\frac{1}{0}=1}"),
    ("x^2+y^2=1", "\\boxed{x=\\infty}"),
    ("x^2+y^2=1", "\\boxed{\\ln 0=1}"),
    ("x^2+y^2=1", "\\boxed{\\tan(\\frac{\\pi}{2})=1}"),
    ("x^2+y^2=1", "\\boxed{\\frac{0}{0}=1}"),
    ("x^2+y^2=1", "\\boxed{\\log_1(1)=1}"),
    ("y=2x+3", "\\boxed{\\infty=1}"),
    ("y=2x+3", "\\boxed{\\frac{1}{0}=1}"),
    ("y=2x+3", "\\boxed{x=\\infty}"),
    ("y=2x+3", "\\boxed{\\ln 0=1}"),
    ("y=2x+3", "\\boxed{\\tan(\\frac{\\pi}{2})=1}"),
    ("y=2x+3", "\\boxed{\\frac{0}{0}=1}"),
    ("y=2x+3", "\\boxed{\\log_1(1)=1}"),
    ("2x+3y-4=0", "\\boxed{\\infty=1}"),
    ("2x+3y-4=0", "\\boxed{\\frac{1}{0}=1}"),
    ("2x+3y-4=0", "\\boxed{x=\\infty}"),
    ("2x+3y-4=0", "\\boxed{\\ln 0=1}"),
    ("2x+3y-4=0", "\\boxed{\\tan(\\frac{\\pi}{2})=1}"),
    ("2x+3y-4=0", "\\boxed{\\frac{0}{0}=1}"),
    ("2x+3y-4=0", "\\boxed{\\log_1(1)=1}"),
    ("\\sin x=y", "\\boxed{\\infty=1}"),
    ("\\sin x=y", "\\boxed{\\frac{1}{0}=1}"),
    ("\\sin x=y", "\\boxed{x=\\infty}"),
    ("\\sin x=y", "\\boxed{\\ln 0=1}"),
    ("\\sin x=y", "\\boxed{\\tan(\\frac{\\pi}{2})=1}"),
    ("\\sin x=y", "\\boxed{\\frac{0}{0}=1}"),
    ("\\sin x=y", "\\boxed{\\log_1(1)=1}"),
    ("f(x)=x^2", "\\boxed{\\infty=1}"),
    ("f(x)=x^2", "\\boxed{\\frac{1}{0}=1}"),
    ("f(x)=x^2", "\\boxed{x=\\infty}"),
    ("f(x)=x^2", "\\boxed{\\ln 0=1}"),
    ("f(x)=x^2", "\\boxed{\\tan(\\frac{\\pi}{2})=1}"),
    ("f(x)=x^2", "\\boxed{\\frac{0}{0}=1}"),
    ("f(x)=x^2", "\\boxed{\\log_1(1)=1}"),
    ("|x-3|", "\\boxed{3-x}"),
    ("\\sqrt{x^2-8x+16}", "\\boxed{4-x}"),
    ("\\max(x,5)", "\\boxed{5}"),
    ("\\min(n,10)", "\\boxed{n}"),
    ("\\frac{|x-3|}{x-3}", "\\boxed{-1}"),
    ("\\lfloor n/4\\rfloor", "\\boxed{\\lfloor n/5\\rfloor}"),
    ("\\lfloor n^2/4\\rfloor", "\\boxed{\\lfloor n^2/5\\rfloor}"),
    ("\\lceil x/9\\rceil", "\\boxed{\\lceil x/7\\rceil}"),
    ("(2,5)", "\\boxed{x>2 \\text{ or } x<5}"),
    ("[1,3]", "\\boxed{x\\ge1 \\lor x\\le3}"),
    ("(0,0.5)", "\\boxed{(0,0.5)\\cup(0.2,\\frac12]}"),
    ("(-\\infty,1)\\cup(1,\\infty)", "\\boxed{(\\frac12,1]\\cup\\{x|x\\ne1.0\\}}"),
    ("5", "\\boxed{x+3=5}"),
    ("5", "\\boxed{2x=5}"),
    ("\\sqrt5", "\\boxed{x^2=\\sqrt5}"),
    ("1000", "\\boxed{999+1}"),
    ("2025", "\\boxed{2024+1}"),
    ("12345", "\\boxed{12000+345}"),
    ("10000", "\\boxed{\\gcd(10000,20000)}"),
    ("10", "\\boxed{1010_2}"),
    ("255", "\\boxed{FF_{16}}"),
    ("5", "\\boxed{5 \\approx 7}"),
    ("\\frac13", "\\boxed{\\frac13\\approx0.5}"),
    ("3", "\\boxed{三角形}"),
    ("3", "\\boxed{三折}"),
    ("3", "\\boxed{三成}"),
    ("3", "\\boxed{三双}"),
    ("1", "\\boxed{一样多}"),
    ("1", "\\boxed{一切实数}"),
    ("5", "\\boxed{五边形}"),
    ("0", "\\boxed{零点}"),
    ("2", "\\boxed{二面角}"),
    ("8", "\\boxed{八进制}"),
    ("3", "\\boxed{3以上}"),
    ("3", "\\boxed{3左右}"),
    ("3", "\\boxed{3多}"),
    ("3", "\\boxed{3成}"),
    ("3", "\\boxed{3倍}"),
    ("3", "\\boxed{3错误}"),
    ("30", "\\boxed{三十多}"),
    ("3", "\\boxed{3 excluded}"),
    ("3", "\\boxed{3 fails}"),
    ("3", "\\boxed{3 above}"),
    ("3", "\\boxed{3 pairs}"),
    ("3", "\\boxed{3 tens}"),
    ("3", "\\boxed{3\\text{ is too small}}"),
    ("3", "\\boxed{3\\text{ upper bound}}"),
    ("3", "\\boxed{3\\text{ doesn't work}}"),
    ("4", "\\boxed{twenty-fifth}"),
    ("40", "\\boxed{one hundred twenty third}"),
    ("20", "\\boxed{twenty zero}"),
    ("\\text{fifth}", "\\boxed{0.2}"),
    ("105", "\\boxed{一百五}"),
    ("20005", "\\boxed{两万五}"),
    ("3月", "\\boxed{3个月}"),
    ("5时", "\\boxed{300分钟}"),
    ("5日", "\\boxed{120小时}"),
    ("noon", "\\boxed{0:00}"),
    ("12:30 pm", "\\boxed{0:30}"),
    ("6:30 pm", "\\boxed{06:30}"),
    ("\\frac{\\pi}{6}", "\\boxed{\\frac{\\pi}{6}^\\circ}"),
    ("\\$5", "\\boxed{5 cents}"),
    ("\\$5", "\\boxed{€5}"),
    ("\\$5", "\\boxed{5\\text{ euros}}"),
    ("B", "\\boxed{B) 12  C) 15}"),
    ("B", "\\boxed{B. 3 C. 4}"),
    ("B", "\\boxed{B: 3; C: 4}"),
    ("B", "\\boxed{(B)\\text{ is wrong}}"),
    ("5", "\\boxed{5}, 6"),
    ("5", "\\boxed{5} 6"),
    ("5", "6, \\boxed{5}"),
    ("5", "$6$ and \\boxed{5}"),
    ("5", "$\\boxed{5}$, $6$"),
    ("5", "$x=\\boxed{6}$ or $x=\\boxed{5}$"),
    ("5", "-\\boxed{5}"),
    ("5", "$2\\boxed{5}$"),
    ("5", "$\\boxed{5}^2$"),
    ("5", "$\\boxed{5}$ million"),
    ("5", "$\\boxed{5}\\times10^3$"),
    ("5", "$\\boxed{5}/2$"),
    ("5", "$\\frac{\\boxed{5}}{2}$"),
    ("5", "$x\\ne\\boxed{5}$"),
    ("5", "1\\boxed{5}"),
    ("5", "$\\boxed{5}.5$"),
    ("5", "The answer is not $\\boxed{5}$."),
    ("5", "\\boxed{5} is wrong. It must be 7."),
    ("5", "Is it \\boxed{5}? No."),
    ("5", "We can rule out **5**."),
    ("5", "It fails for **5**."),
    ("5", "the candidates are 3 and **5**."),
    ("5", "This contradicts $x=5$."),
    ("5", "There is no solution with $x=5$"),
    ("5", "Suppose $y=5$"),
    ("5", "Hence $x$ exceeds $5$."),
    ("5", "Thus x is larger then $5$."),
    ("5", "so $x$ differs from $5$."),
    ("5", "Therefore we exclude 5."),
    ("5", "So we discard 5."),
    ("5", "Thus 5 fails."),
    ("5", "So it is below 5."),
    ("5", "Thus the total exceeds 5."),
    ("5", "The shop opens at 5."),
    ("5", "所以x≠5。"),
    ("5", "所以x>5。"),
    ("5", "所以答案大于 5。"),
    ("5", "The answer is 5 when x > 0 and 6 otherwise."),
    ("5", "The answer is 5 from the first equation, 6 from the second."),
    ("5", "The answer is obtained when $x=5$."),
    ("5", "Answer: 5. Or 6."),
    ("5", "Answer: 5\nAlternatively: 6"),
    ("5", "The answer is 5. Wait, no. It is 6."),
    ("10", "Out of **10** students, 3 passed."),
    ("12", "A: 12\nB: 15\nC: 18"),
    ("C", "所以不应选C"),
    ("120", "The answer is 5!"),
)
ACCEPTED = (
    ("17", "\\boxed{p+q=17}"),
    ("120", "\\boxed{5!}"),
    ("9", "Hence $a+b=\\boxed{9}$."),
    ("25\\%", "$\\boxed{25}\\%$"),
    ("90^\\circ", "$\\boxed{90}^\\circ$"),
    ("5", "\\boxed{5}."),
    ("5", "$$\\boxed{5}$$"),
    ("x \\le 2 \\text{ or } x>3", "\\boxed{x\\le2 \\text{ or }x>3}"),
    ("20", "\\boxed{=20}"),
    ("6\\sqrt{2}", "\\boxed{6sqrt(2)}"),
    ("\\sqrt{53}", "\\boxed{√53}"),
    ("15", "\\boxed{**15**}"),
    ("5", "\\boxed{`5`}"),
    ("\\log_{10}2", "\\boxed{\\lg 2}"),
    ("\\$0.50", "\\boxed{50\\text{ cents}}"),
    ("200\\pi\\text{ cm}", "\\boxed{2\\pi\\text{ m}}"),
    ("5", "\\boxed{5 men}"),
    ("1000 g", "\\boxed{1 kg}"),
    ("1 kg", "\\boxed{1000 g}"),
    ("24 hours", "\\boxed{1 day}"),
    ("5\\text{ boxes}", "\\boxed{5\\text{ box}}"),
    ("3\\text{ cities}", "\\boxed{3\\text{ city}}"),
    ("5\\text{ apples}", "\\boxed{5\\text{ red apples}}"),
    ("\\text{no solution}", "\\boxed{\\emptyset}"),
    ("\\text{all real numbers}", "\\boxed{\\mathbb{R}}"),
    ("\\frac12", "\\boxed{one half}"),
    ("\\frac12", "\\boxed{a half}"),
    ("2.5", "\\boxed{two and a half}"),
    ("150", "\\boxed{一百五}"),
    ("3k+1", "\\boxed{1+3k}"),
    ("7:3", "\\boxed{14:6}"),
    ("3\\times 10^{n}", "\\boxed{3\\cdot10^n}"),
    ("\\sqrt[3]{2x}", "\\boxed{\\sqrt[3]{2}\\sqrt[3]{x}}"),
    ("3 \\pmod 5", "\\boxed{3 \\pmod 5}"),
    ("5", "\\boxed{5个}"),
    ("5", "\\boxed{5个苹果}"),
    ("15", "答：15个"),
    ("60", "故答案为：60元"),
    ("\\binom{n}{2}", "\\boxed{C_n^2}"),
    ("18:05", "\\boxed{6:05\\text{ p.m.}}"),
    ("5", "The answer is 5!"),
)
NEVER_RAISING = (
    ("5", "\\boxed{4^{9900}+1}"),
    ("1,2", "\\boxed{4^{9900}y, x}"),
    ("5", "\\boxed{C_{\\text{①}}^{2}}"),
    ("30^\\circ", "\\boxed{30^\\circ\\text{①}'}"),
    ("3 \\pmod 5", "\\boxed{x\\pmod 5}"),
)


@pytest.mark.parametrize(("gold", "response"), REFUSED)
def test_what_is_not_the_answer_earns_nothing(gold: str, response: str) -> None:
    """Infinite sides, sums left undone, boxes that are parts, sentences that conclude something else."""
    assert not judged(gold, response)


@pytest.mark.parametrize(("gold", "response"), ACCEPTED)
def test_what_is_the_answer_in_another_dress_is_right(gold: str, response: str) -> None:
    """The rules that refuse the others leave these alone."""
    assert judged(gold, response)


@pytest.mark.parametrize(("gold", "response"), NEVER_RAISING)
def test_numbers_and_signs_beyond_the_limits_are_judged_without_an_error(gold: str, response: str) -> None:
    """Long numbers, digits that are none, congruences without a residue."""
    assert not judged(gold, response)


@pytest.mark.parametrize("answer", ["(x+1)^2", "(x+1)^2 + 0", "y = (x+1)^2", "(1+x)^2"])
def test_a_formula_of_the_question_is_no_answer_to_it(answer: str) -> None:
    """An echo earns nothing in any dress; the same form is right where nobody asked with it."""
    response = f"\\boxed{{{answer}}}"
    assert not judged("x^2+2x+1", response, "Expand $(x+1)^2$.")
    assert judged("x^2+2x+1", response, "What is the square of $x + 1$?")
