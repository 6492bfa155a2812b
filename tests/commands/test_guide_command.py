from tests.commands.conftest import Cli

from changming.kernel.messages import Lang


def test_the_next_question_is_asked_until_the_answers_lead_somewhere(cli: Cli) -> None:
    first = cli("guide", "passport/renew")
    assert first.code == 0
    assert "--answer reason=expiring" in first.out
    answers = [
        word
        for pair in ("reason=expiring", "age=35", "hukou_city=长春", "apply_city=长春", "duty=none", "prints=true")
        for word in ("--answer", pair)
    ]
    last = cli("guide", "passport/renew", *answers)
    assert "--answer" not in last.out
    assert "全程网上办" in last.out


def test_json_is_what_programs_get_over_http(cli: Cli) -> None:
    found = cli("guide", "life-event/newborn", "--json", lang=Lang.EN).document
    assert found["service"] == "life-event/newborn"
    assert found["question"]["why"].isascii()
    assert found["services"][0]["service"] == "birth-certificate/first"


def test_what_it_cannot_use_ends_with_the_next_step(cli: Cli) -> None:
    unknown = cli("guide", "passport/fly", "--json")
    assert (unknown.code, unknown.out) == (1, "")
    assert "没有这份指南" in unknown.err
    assert cli("guide", "passport/renew", "--answer", "age=很大").code == 1
    assert cli("guide", "passport/renew", "--answer", "age").code == 2
    assert cli("guide", "passport/renew", "--need-by", "someday").code == 2
