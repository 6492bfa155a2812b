"""Questions that go on: a tap, a choice, a second question, a kind refusal, a hand-over."""

import re
from typing import Any

import pytest
from markupsafe import Markup

from changming.kernel.messages import Lang
from changming.web.answer_view import answer_view
from changming.web.articles import english_articles
from changming.web.dialling import dialled


def buttons(page: str) -> list[tuple[str, str]]:
    """What can be tapped: value and words."""
    return re.findall(r'<button class="opt" name="value" value="([^"]+)">([^<]+)</button>', page)


async def test_a_tap_answers_the_open_question_and_is_remembered(browser: Any) -> None:
    place = await browser.ask("我明天就要出差，护照还没办，现在能办吗？")
    question = re.search(r'<h3 id="h-q">([^<]+)</h3>', browser.text)
    assert question is not None
    value, words = buttons(browser.text)[0]
    await browser.submit(f"{place}/answer", value=value)
    assert f'<h3 id="h-q">{question[1]}</h3>' not in browser.text
    assert "我明天就要出差" in browser.text
    assert words in browser.text
    assert "前面说过的" in browser.text


async def test_not_knowing_is_an_answer_too(browser: Any) -> None:
    place = await browser.ask("我明天就要出差，护照还没办，现在能办吗？")
    assert ("unknown", "还不知道") in buttons(browser.text)
    await browser.submit(f"{place}/answer", value="unknown")
    assert "我们的理解" in browser.text


async def test_a_choice_leads_to_an_answer(browser: Any) -> None:
    place = await browser.ask("护照")
    found = buttons(browser.text)
    assert 1 < len(found) <= 4, browser.text
    await browser.submit(f"{place}/answer", input="service", value=found[0][0])
    assert 'class="src"' in browser.text or "想让人来看看" in browser.text


async def test_the_most_important_words_come_first(browser: Any) -> None:
    await browser.ask("身份证丢了，明天要考试，怎么办")
    assert re.search(r'<p class="verdict">[^<]{5,20}要用，照期限来不及。</p>', browser.text)
    assert "也许您还要问" in browser.text


async def test_what_is_still_to_be_chosen_is_not_called_understood(browser: Any) -> None:
    await browser.ask("护照的事")
    assert "您说的是哪一件？" in browser.text
    assert 'class="chips"' not in browser.text


async def test_a_second_question_goes_on_in_the_same_place(browser: Any) -> None:
    place = await browser.ask("身份证丢了，人在外地，怎么补？")
    await browser.submit(f"{place}/ask", text="那临时身份证呢？")
    assert browser.history[-1] == place
    assert "那临时身份证呢？" in browser.text
    assert "身份证丢了，人在外地" in browser.text


async def test_forgery_is_refused_kindly_with_the_lawful_way(browser: Any) -> None:
    await browser.ask("能不能帮我做一张一样的身份证？")
    assert "不做" in browser.text
    assert "合法" in browser.text
    assert "找人说" in browser.text


async def test_an_english_question_is_answered_in_english(browser: Any) -> None:
    await browser.open("/?lang=en")
    await browser.submit("/ask", text="I lost my identity card. How do I replace it?")
    assert "What we understood" in browser.text
    answer = browser.text.split('id="understood"')[1].split("</section>")[0]
    assert re.search(r"[a-z]{4}", answer)


async def test_an_english_question_turns_the_page_english_unless_chinese_was_chosen(new_browser: Any) -> None:
    nobody, chinese = new_browser(), new_browser()
    await chinese.open("/?lang=zh")
    for one in (nobody, chinese):
        await one.ask("I lost my identity card. How do I replace it?")
    assert '<html lang="en"' in nobody.text
    assert "我们的理解" not in nobody.text
    assert '<html lang="zh-CN"' in chinese.text
    assert '<html lang="en"' in (await nobody.open("/")).text
    assert "?lang=" not in await nobody.ask("身份证丢了怎么补")


async def test_what_was_not_said_is_no_chip(browser: Any) -> None:
    await browser.ask("身份证丢了，人在外地，怎么补？")
    assert "未说" not in browser.text
    await browser.ask("身份证丢了，户口簿都带齐了，怎么补？")
    assert "材料：" in browser.text


async def test_numbers_to_call_are_links(browser: Any) -> None:
    await browser.ask("我真的撑不下去了，不想活了")
    assert '<a href="tel:12356">12356</a>' in browser.text


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("请现在就打 120 或 110；也请", ["120", "110"]),
        ("拨打 12345、12333", ["12345", "12333"]),
        ("Please call 12348, or 12345.", ["12348", "12345"]),
        ("工本费每本 120 元", []),
        ("打 120 元的折", []),
        ("铁路12306 App", []),
        ("打 1201234567", []),
        ("打 <i>12345</i>", []),
    ],
)
def test_only_what_is_to_be_called_is_dialled(words: str, numbers: list[str]) -> None:
    shown = dialled(words)
    assert re.findall('<a href="tel:([0-9]+)">', shown) == numbers
    assert shown.striptags() == Markup.escape(words).striptags()
    assert "<i>" not in shown


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("第三条", "Art. 3"),
        ("第六十八条、第一百一十条", "Arts. 68, 110"),
        ("第十条第二款", "Art. 10(2)"),
        ("第二百零五条之一第三款第四项", "Art. 205-1(3)(4)"),
        ("长春市公安局 2025-12-27", "长春市公安局 2025-12-27"),
        ("第二十三条（2017-11-04 文本）", "Art. 23 (text of 2017-11-04)"),
        ("第三条（节选）", "第三条（节选）"),
    ],
)
def test_articles_are_read_in_english(written: str, read: str) -> None:
    assert english_articles(written) == read


@pytest.mark.parametrize("field", ["value", "free"])
async def test_a_tap_that_says_nothing_is_refused(browser: Any, field: str) -> None:
    place = await browser.ask("我明天就要出差，护照还没办，现在能办吗？")
    refused = await browser.send(f"{place}/answer", **{field: ""})
    assert refused.status_code == 422


async def test_an_answer_that_makes_no_sense_is_refused_and_given_back(browser: Any) -> None:
    place = await browser.ask("身份证丢了，怎么补？")
    assert 'inputmode="numeric"' in browser.text
    refused = await browser.send(f"{place}/answer", free="十个月零三天")
    assert refused.status_code in {400, 422}
    assert "十个月零三天" in refused.text


async def test_next_step_and_question_come_right_after_the_verdict(browser: Any) -> None:
    await browser.ask("身份证丢了，明天要考试，怎么办")
    marks = ['class="verdict"', "下一步", 'id="h-q"', 'class="prose']
    places = [browser.text.index(mark) for mark in marks]
    assert places == sorted(places), browser.text


async def test_the_page_shows_five_statements_and_folds_the_others() -> None:
    answer = {
        "status": "answered",
        "text": "\n".join(["要带原件[1]。", *(f"第 {n} 条[1]。" for n in range(2, 9))]),
        "citations": [{"title": "t", "status": "official", "source": "s", "entry": "e"}],
        "checklist": [],
    }
    view = answer_view(answer, Lang.ZH)
    assert (len(view.first), len(view.shown), len(view.folded)) == (1, 4, 3)
    with_headline = answer_view({**answer, "text": "来得及。\n" + str(answer["text"])}, Lang.ZH)
    assert with_headline.headline == "来得及。"
    assert (len(with_headline.first), len(with_headline.shown), len(with_headline.folded)) == (0, 5, 3)


async def test_what_is_folded_is_on_the_page_without_scripts(browser: Any) -> None:
    await browser.ask("我要去德国旅游，护照怎么办？")
    found = re.search(r'<details id="rest" class="rest"><summary>还有 (\d+) 条', browser.text)
    assert found is not None, browser.text
    folded = browser.text.split('id="rest"')[1].split("</details>")[0]
    assert folded.count("<p class=") == int(found[1])
