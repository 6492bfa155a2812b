"""Another voice may say the desk's words; it may not change what they say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import examples

from changming.guidance.rephrasing import Fault, decide_rephrasing, messages_for, rephrased
from changming.kernel.messages import Lang

FEE = "工本费每本 120 元。"
ONLINE = "未满 16 周岁不能网上办，必须由监护人陪同到窗口。"
CITY = "在北京办，受理后 7 个工作日，外省 20 天。"
EITHER = "带居民身份证或者临时身份证。"
ENGLISH = "You must bring the old passport; under 16 you cannot apply online."

FAITHFUL = [
    ([FEE], "您好，工本费是每本 120 元[[1]]。"),
    ([FEE, ONLINE], "工本费就是每本 120 元哦。[[1]]\n未满 16 周岁的话不能网上办，必须由监护人陪同到窗口。[[2]]"),
    ([ONLINE], "不用担心。[[1]]未满 16 周岁不可以网上办，务必由监护人陪同到窗口。[[1]]"),
    ([ENGLISH], "Please note: you must bring your old passport; under 16 you can't apply online. [[1]]"),
    ([FEE], "工本费每本 １２０ 元。[[1]]"),
]


@pytest.mark.parametrize(("statements", "reply"), FAITHFUL)
def test_small_words_may_change(statements: list[str], reply: str) -> None:
    pieces = decide_rephrasing(statements, reply)
    assert isinstance(pieces, tuple), pieces
    assert len(pieces) == len(statements)
    assert not any("[[" in piece for piece in pieces)


FALSE = [
    ([FEE], "", Fault.EMPTY),
    ([FEE], "工本费每本 160 元。[[1]]", Fault.FIGURE),
    ([FEE], "工本费每本一百二十元。[[1]]", Fault.FIGURE),
    ([FEE], "工本费每本 120 元，加急 200 元。[[1]]", Fault.FIGURE),
    ([FEE], "工本费。[[1]]", Fault.FIGURE),
    ([ONLINE], "未满 16 周岁能网上办，必须由监护人陪同到窗口。[[1]]", Fault.FIGURE),
    ([ONLINE], "未满 16 周岁不能网上办，可以由监护人陪同到窗口。[[1]]", Fault.FIGURE),
    ([ONLINE], "满 16 周岁不能网上办，必须由监护人陪同到窗口。[[1]]", Fault.FIGURE),
    ([ONLINE], "未满 16 周岁必须网上办，不能由监护人陪同到窗口。[[1]]", Fault.FIGURE),
    ([ONLINE], "未满 16 周岁不能网上办，必须由父母陪同到窗口。[[1]]", Fault.ADDED),
    ([CITY], "在上海办，受理后 7 个工作日，外省 20 天。[[1]]", Fault.ADDED),
    ([CITY], "在北京办，受理后 20 天，外省 7 个工作日。[[1]]", Fault.FIGURE),
    ([CITY], "在外省办，受理后 7 个工作日，北京 20 天。[[1]]", Fault.ADDED),
    ([CITY], "受理后 7 个工作日，20 天。[[1]]", Fault.LOST),
    ([CITY], "在北京办，受理后 7 日，外省 20 天。[[1]]", Fault.FIGURE),
    ([EITHER], "带居民身份证和临时身份证。[[1]]", Fault.FIGURE),
    ([FEE], "工本费每本 120 元。", Fault.UNMARKED),
    ([FEE], "工本费每本 120 元。[[1]] 我还可以帮您代办。", Fault.UNMARKED),
    ([FEE], "不用护照也能走。工本费每本 120 元。[[1]]", Fault.UNMARKED),
    ([FEE], "[[1]]工本费每本 120 元。", Fault.UNMARKED),
    ([FEE], "工本费每本 120 元。[[2]]", Fault.MARKER),
    ([FEE, CITY], "工本费每本 120 元。[[1]]", Fault.MARKER),
    ([FEE, CITY], f"{CITY}[[2]]{FEE}[[1]]", Fault.MARKER),
    ([FEE], "工本费每本 120 元 https://evil.example。[[1]]", Fault.MARKUP),
    ([FEE], "工本费<b>每本</b> 120 元。[[1]]", Fault.MARKUP),
    ([FEE], "工本\u202e费每本 120 元。[[1]]", Fault.MARKUP),
    ([FEE], "工本费每本 120 元" + "了" * 400 + "。[[1]]", Fault.TOO_LONG),
    ([FEE], "的" * 30_000, Fault.TOO_LONG),
    ([ENGLISH], "You can bring the old passport; under 16 you cannot apply online. [[1]]", Fault.FIGURE),
    ([ENGLISH], "You must bring the old visa; under 16 you cannot apply online. [[1]]", Fault.ADDED),
]


@pytest.mark.parametrize(("statements", "reply", "fault"), FALSE)
def test_nothing_else_may(statements: list[str], reply: str, fault: Fault) -> None:
    assert decide_rephrasing(statements, reply) is fault


@given(st.text(max_size=200), st.integers(0, 40), st.characters())
@settings(max_examples=examples(300))
def test_any_reply_is_judged(reply: str, place: int, character: str) -> None:
    decided = decide_rephrasing([FEE, ONLINE], reply)
    assert isinstance(decided, Fault)
    changed = f"{ONLINE[:place]}{character}{ONLINE[place:]}[[1]]"
    assert isinstance(decide_rephrasing([ONLINE], changed), Fault | tuple)


@given(st.integers(0, 999_999))
def test_no_other_figure_comes_through(figure: int) -> None:
    decided = decide_rephrasing([FEE], f"工本费每本 {figure} 元。[[1]]")
    assert isinstance(decided, tuple) == (figure == 120)


def test_a_model_sees_statements_and_a_masked_question_only() -> None:
    asked = messages_for([FEE], "我是张伟，电话13812345678，护照多少钱", Lang.ZH)
    said = "\n".join(one["content"] for one in asked)
    assert "13812345678" not in said
    assert f"{FEE} [[1]]" in said
    assert [one["role"] for one in asked] == ["system", "user"]


def test_marks_tags_and_other_lines_stay() -> None:
    before = f"来得及。\n{FEE}[1]\n{CITY}（待与窗口确认）[2][3]\n下一步：先预约。"
    after = rephrased(before, [FEE, CITY], ["每本 120 元。", "甲。"])
    assert after == "来得及。\n每本 120 元。[1]\n甲。（待与窗口确认）[2][3]\n下一步：先预约。"
