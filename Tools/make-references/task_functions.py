"""What lm-evaluation-harness's own functions make of documents and answers that are made up from a seed.

    python3 Tools/make-references/task_functions.py SQUAD_V2 [--count N] > Packages/Jobs/Tests/TasksTests/Fixtures/functions.jsonl

A line a call: the function's name, the document, the answers and what it gave. SQUAD_V2 is the folder `metrics/squad_v2` of
Hugging Face's `evaluate`. Needs lm_eval 0.4.13, immutabledict, langdetect and nltk; nothing is downloaded. `open` marks what
langdetect or a model of nltk's decides.
"""

import argparse
import contextlib
import io
import json
import math
import random
import re
import sys

with contextlib.redirect_stdout(io.StringIO()):
    import langdetect
    import nltk
    import numpy

    nltk.download = lambda *_, **__: False
    from lm_eval.tasks.aime import utils as aime
    from lm_eval.tasks.bbq import utils as bbq
    from lm_eval.tasks.ifeval import instructions_util
    from lm_eval.tasks.ifeval import utils as ifeval
    from lm_eval.tasks.llama3.instruct.arc_challenge import utils as arc
    from lm_eval.tasks.moral_stories import utils as moral
    from lm_eval.tasks.squadv2 import task as squad

from nltk.tokenize.destructive import NLTKWordTokenizer



class Open(Exception):
    """What the missing models would decide."""


class Documents(list):
    def map(self, function):
        return Documents({**document, **function(json.loads(json.dumps(document)))} for document in self)

    def filter(self, function):
        return Documents(document for document in self if function(document))


def prepared(function, document):
    made = function(Documents([document]))
    return made[0] if made else None


def plain(value):
    """As JSON, numpy's numbers and truth values as numbers, what is not a number as null."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, str) or value is None:
        return value
    number = float(value)
    return None if math.isnan(number) else number


def answers_of_aime(draw):
    number = draw.choice(["204", "\\frac{1}{2}", "1/2", "0.5", "x=204", "\\sqrt3", "7", " 204 ", "3\\text{ cm}", "204."])
    form = draw.choice(["{}", "so ${}$", "$a$ and ${}$", "\\boxed{{{}}}", "\\boxed {} $", "$1$ \\boxed{{{}}} then $2$",
                        "\\fbox{{{}}}", "\\boxed{{1}} \\boxed{{{}", "\\boxed"])
    return form.format(number)


def of_aime(draw):
    document = {draw.choice(["Answer", "answer"]): draw.choice(["204", 204, "\\frac{1}{2}", "\\sqrt{3}", 7]), "id": "x"}
    answer = answers_of_aime(draw)
    yield "aime:utils.process_results", document, [answer], aime.process_results(document, [answer])


def of_moral_stories(draw):
    words = ["it's", "Wrong", "ÉTÉ", "to", "ßa", "ΟΔΟΣ", "", "ǆabc", "lie. Then"]
    text = lambda: " ".join(draw.choices(words, k=3))
    document = {key: text() for key in ("norm", "situation", "intention", "moral_action", "immoral_action")}
    yield "moral_stories:utils.process_docs", document, None, prepared(moral.process_docs, document)


def of_arc(draw):
    count = draw.choice([4, 4, 4, 3, 5])
    labels = draw.choice(["ABCDE", "12345"])[:count]
    document = {"question": "q", "answerKey": draw.choice(labels[:4]), "id": "1",
                "choices": {"text": [f"t{i}" for i in range(count)], "label": list(labels)}}
    yield "arc_challenge_llama:utils.process_docs", document, None, prepared(arc.process_docs, document)


GROUPS = [["old", "old"], ["nonOld", "nonOld"], ["F-Black", "x"], ["lowSES-African", "M-Black"], ["girl", "F"], ["woman", ""],
          ["trans man", "nonTrans"], ["Latina", "Colombian"], ["", ""]]


def bbq_document(draw):
    unknown = draw.choice(bbq.UNKNOWN_RESPONSES)
    names = draw.sample(["The grandfather", "the grandson", "Latina Maria", "Black woman", "A boy"], 2)
    answers = draw.sample([unknown, *names], 3)
    info = {}
    for index, answer in enumerate(answers):
        group = ["unknown", "unknown"] if answer == unknown else draw.choice(GROUPS)
        if not any(group) and "Latina" not in answer:
            group = ["old", "old"]
        info[f"ans{index}"] = group
    return {"context": "c", "question": "q", **{f"ans{index}": answer for index, answer in enumerate(answers)},
            "answer_info": info, "label": draw.randrange(3), "question_polarity": draw.choice(["neg", "nonneg"]),
            "context_condition": draw.choice(["ambig", "disambig"]), "category": draw.choice(["Age", "SES", "Race_x_SES"]),
            "additional_metadata": {"stereotyped_groups": draw.sample(["old", "Black", "low SES", "Latino", "F"], 2)}}


def of_bbq(draw):
    document = bbq_document(draw)
    for name in ("process_docs", "process_docs_ambig", "process_docs_disambig"):
        made = prepared(getattr(bbq, name), document)
        yield f"bbq:utils.{name}", document, None, made
    document = prepared(bbq.process_docs, document)
    yield "bbq:utils.doc_to_choice", document, None, bbq.doc_to_choice(document)
    yield "bbq:utils.doc_to_target", document, None, bbq.doc_to_target(document)
    scores = [[-draw.random() * 9, False] for _ in bbq.doc_to_choice(document)]
    yield ("bbq:utils.process_results_multiple_choice", document, scores,
           bbq.process_results_multiple_choice(document, scores))
    text = draw.choice([document["ans0"].lower(), "The " + document["ans1"] + ".", "I cannot know that", "old", "nobody",
                        "it is black, a boy", "Undetermined!", "", "f"])
    yield ("bbq:utils.process_results_generate_until", document, [text],
           bbq.process_results_generate_until(document, [text]))


def bbq_aggregates(draw):
    nan = float("nan")
    pairs = [(float(draw.random() < 0.5), draw.random() < 0.4) for _ in range(draw.randrange(1, 9))]
    for name in ("agg_accuracy_amb", "agg_accuracy_disamb"):
        yield f"bbq:utils.{name}", None, plain(pairs), getattr(bbq, name)(pairs)
    rows = []
    for accuracy, mask in pairs:
        if draw.random() < 0.3:
            rows.append((accuracy, nan, nan, nan))
        else:
            biased = float(draw.random() < 0.5)
            rows.append((accuracy, biased, max(biased, float(draw.random() < 0.5)), mask))
    for name in ("agg_amb_bias_scores", "agg_disamb_bias_scores"):
        yield f"bbq:utils.{name}", None, plain(rows), getattr(bbq, name)(rows)


WORDS = ["river", "STONE", "Quiet.", "lamp", "WINDOW!", "NASA", "U.S.A.", "it's", "CANNOT", "*maple*", "**engine**", "HARBOR?",
         "e.g.", "[name]", "[a\nb]", "P.S.", "p. p. s", "Section 1", "Section2", "SECTION 3", "***", "******", "<<Title>>", "<< >>",
         "\n\n", "\n", "\n* point", "\n- point", "My answer is no.", "{\"a\": 1}", "```json", "```", "\"", ",", "'TIS", "A-B",
         "ÉTÉ", "don't", "Any other questions?", "the end", "été", "one_two"]


def ifeval_text(draw):
    shape = draw.random()
    if shape < 0.1:
        return draw.choice(["{\"a\": [1, NaN]}", "```json\n[1, 2]\n```", "\"quoted text\"", "", " ", "[1,", "ALL CAPITALS HERE",
                            "all small letters here", "123 456", "one ****** two", "one ****** one", "****** a ****** b",
                            "a *** b *** c", "Repeat me! And more", "*** a", "\u4f60\u597d \u4e16\u754c"])
    return " ".join(draw.choices(WORDS, k=draw.randrange(1, 25)))


def ifeval_instructions(draw):
    relation = draw.choice(["less than", "at least"])
    number = draw.randrange(1, 5)
    return {
        "keywords:existence": {"keywords": draw.sample(["river", "stone", "Lamp", "absent"], 2)},
        "keywords:frequency": {"keyword": draw.choice(["river", " stone ", "a"]), "frequency": number, "relation": relation},
        "keywords:forbidden_words": {"forbidden_words": draw.sample(["river", "ston", "nasa", "the"], 2)},
        "keywords:letter_frequency": {"letter": draw.choice("aetZ"), "let_frequency": number * 3, "let_relation": relation},
        "language:response_language": {"language": "de"},
        "length_constraints:number_sentences": {"num_sentences": number, "relation": relation},
        "length_constraints:number_paragraphs": {"num_paragraphs": number},
        "length_constraints:number_words": {"num_words": number * 5, "relation": relation},
        "length_constraints:nth_paragraph_first_word": {
            "num_paragraphs": number, "nth_paragraph": draw.randrange(1, number + 1),
            "first_word": draw.choice(["river", "Stone", "it", "point"])},
        "detectable_content:number_placeholders": {"num_placeholders": number},
        "detectable_content:postscript": {"postscript_marker": draw.choice(["P.S.", "P.P.S", " the end "])},
        "detectable_format:number_bullet_lists": {"num_bullets": number},
        "detectable_format:constrained_response": {},
        "detectable_format:number_highlighted_sections": {"num_highlights": number},
        "detectable_format:multiple_sections": {"section_spliter": draw.choice(["Section", "SECTION "]), "num_sections": number},
        "detectable_format:json_format": {},
        "detectable_format:title": {},
        "combination:two_responses": {},
        "combination:repeat_prompt": {"prompt_to_repeat": draw.choice(["Repeat me!", "river", " lamp"])},
        "startend:end_checker": {"end_phrase": draw.choice(["Any other questions?", "the end", "lamp "])},
        "change_case:capital_word_frequency": {"capital_frequency": number, "capital_relation": relation},
        "change_case:english_capital": {},
        "change_case:english_lowercase": {},
        "punctuation:no_comma": {},
        "startend:quotation": {},
    }


def squad_metric(folder):
    sys.path.insert(0, folder)
    import compute_score

    def compute(predictions, references):
        probabilities = {one["id"]: float(numpy.float32(one["no_answer_probability"])) for one in predictions}
        texts = {one["id"]: one["prediction_text"] for one in predictions}
        dataset = [{"paragraphs": [{"qas": references}]}]
        has_answer = compute_score.make_qid_to_has_ans(dataset)
        scores = compute_score.get_raw_scores(dataset, texts)
        kept = [compute_score.apply_no_ans_threshold(one, probabilities, has_answer, 1.0) for one in scores]
        found = compute_score.make_eval_dict(*kept)
        for name, value in (("HasAns", True), ("NoAns", False)):
            ids = [one for one, has in has_answer.items() if has is value]
            if ids:
                compute_score.merge_eval(found, compute_score.make_eval_dict(*kept, qid_list=ids), name)
        compute_score.find_all_best_thresh(found, texts, *scores, probabilities, has_answer)
        return found

    return compute


def unknown(*_):
    raise Open


def word_tokenize(text):
    """The words, where they are as many capital ones whether a sentence ends at every place where one may, or at none."""
    tokenizer = NLTKWordTokenizer()
    split = [tokenizer.tokenize(piece) for piece in re.split(r"(?<=[.?!])\s+", text)]
    words = tokenizer.tokenize(text)
    if sum(word.isupper() for piece in split for word in piece) != sum(word.isupper() for word in words):
        raise Open
    return words


def of_ifeval(draw):
    kinds = ifeval_instructions(draw)
    names = draw.sample(sorted(kinds), draw.randrange(1, 4))
    if draw.random() < 0.5:
        names = names[:1]
    every = {key: None for arguments in kinds.values() for key in arguments}
    document = {"key": 1, "prompt": "p", "instruction_id_list": names,
                "kwargs": [{**every, **kinds[name]} for name in names]}
    answer = ifeval_text(draw)
    try:
        value = ifeval.process_results(document, [answer])
    except Open:
        value = "open"
    yield "ifeval:utils.process_results", document, [answer], value


def of_squad(draw):
    text = lambda: draw.choice(["the Norman", "Norman.", "in 1066", "a", "", "10th century", "Norman  kings"])
    items, references = [], []
    for index in range(draw.randrange(1, 10)):
        golds = [text() for _ in range(draw.randrange(4))]
        document = {"id": str(index), "answers": {"text": golds, "answer_start": [0] * len(golds)}}
        items.append((document, [text(), [-draw.choice([0.0, 0.5, 0.5, 3.0]), False]]))
    task = squad.SQuAD2.__new__(squad.SQuAD2)
    values = [task.process_results(*item) for item in items]
    aggregates = {name: function([value[name] for value in values]) for name, function in task.aggregation().items()}
    yield ("squadv2:task.SQuAD2", [document for document, _ in items], [result for _, result in items], aggregates)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad_v2")
    parser.add_argument("--count", type=int, default=12)
    arguments = parser.parse_args()
    instructions_util.count_sentences = unknown
    langdetect.detect = unknown
    instructions_util.nltk.word_tokenize = word_tokenize
    squad._squad_metric = squad_metric(arguments.squad_v2)
    weights = {of_ifeval: 12, bbq_aggregates: 2}
    for maker in (of_aime, of_moral_stories, of_arc, of_bbq, bbq_aggregates, of_ifeval, of_squad):
        draw = random.Random(maker.__name__)
        for _ in range(arguments.count * weights.get(maker, 1)):
            for name, document, answers, value in maker(draw):
                json.dump({"function": name, "document": document, "answers": answers, "value": plain(value)},
                          sys.stdout, ensure_ascii=False)
                print()


if __name__ == "__main__":
    main()
