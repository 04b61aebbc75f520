"""Small data sets of the schemas that tasks with functions read; the texts are made up, word by word, from a seed."""

import random

WORDS = (
    "river stone quiet lamp window seven maple engine harbor copper winter ladder violet market seldom north"
    " bright carry follow garden hollow island journey kettle lemon mirror number orange pepper quarter"
).split()


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def words(self, low=2, high=7):
        return " ".join(self.random.choices(WORDS, k=self.random.randint(low, high)))

    def sentence(self):
        return self.words(4, 9).capitalize() + "."

    def pick(self, *values):
        return self.random.choice(values)

    def index(self, count):
        return self.random.randrange(count)


def logiqa(m):
    return {"label": m.pick("a", "b", "c", "d"), "context": m.sentence(), "question": m.sentence(),
            "options": [m.words() for _ in range(4)]}


def logiqa2(m):
    return {"answer": m.index(4), "text": m.sentence(), "question": m.sentence(), "options": [m.words() for _ in range(4)]}


def mathqa(m):
    options = " , ".join(f"{letter} ) {m.index(90)}" for letter in "abcde")
    return {"Problem": m.sentence(), "options": options, "correct": m.pick("a", "b", "c", "d", "e")}


def medqa(m):
    return {"sent1": m.sentence(), "label": m.index(4), **{f"ending{i}": m.words() for i in range(4)}}


def medmcqa(m):
    return {"question": m.sentence(), "cop": m.index(4), **{f"op{letter}": m.words() for letter in "abcd"}}


def pubmedqa(m):
    return {"QUESTION": m.sentence(), "CONTEXTS": [m.sentence() for _ in range(2)],
            "final_decision": m.pick("yes", "no", "maybe")}


def race(m):
    problems = [{"question": m.words() + m.pick("  _  .", " ?"), "answer": m.pick("A", "B", "C", "D"),
                 "options": [m.words() + m.pick("", "'s") for _ in range(4)]} for _ in range(3)]
    return {"article": m.sentence(), "problems": str(problems)}


def musr(m):
    choices = [m.words() for _ in range(3)]
    return {"narrative": m.sentence(), "question": m.sentence(), "choices": str(choices), "answer_index": m.index(3),
            "answer_choice": choices[0]}


def mnli(m):
    return {"premise": m.sentence(), "hypothesis": m.pick(m.sentence(), m.words()), "label": m.index(3)}


def toxigen(m):
    return {"text": m.sentence(), "toxicity_ai": m.index(50) / 10, "toxicity_human": m.index(50) / 10}


def webqs(m):
    first = m.words(1, 2)
    return {"question": m.sentence(), "answers": [first, first + " more", m.words(1, 2)]}


def text(m):
    return {"text": m.sentence() + " s ' ( x ) " + m.sentence()}


def xcopa(m):
    return {"premise": m.sentence(), "question": m.pick("cause", "effect"), "choice1": m.sentence(), "choice2": m.sentence(),
            "label": m.index(2)}


def xwinograd(m):
    return {"sentence": m.words() + " _ " + m.sentence(), "option1": m.words(1, 1), "option2": m.words(1, 1),
            "answer": m.pick("1", "2")}


def crows_pairs(m):
    return {"sent_more": m.sentence(), "sent_less": m.sentence(), "bias_type": m.pick("age", "gender", "race-color")}


def winogender(m):
    return {"sentence": m.sentence(), "pronoun": m.words(1, 1), "occupation": m.words(1, 1), "participant": m.words(1, 1),
            "gender": m.pick("male", "female", "neutral"), "target": m.words(1, 1), "label": m.index(2),
            "referent": m.words(1, 1), "gotcha": m.pick(True, False)}


def wsc273(m):
    start = m.sentence() + "  "
    return {"text": start + "He " + m.sentence(), "options": ["The " + m.words(1, 1), "My " + m.words(1, 1)],
            "label": m.index(2), "pronoun": "He", "pronoun_loc": len(start) - 1, "quote": "", "quote_loc": 0, "source": ""}


def wsc(m):
    words = m.words(8, 12).split()
    place = m.index(len(words) - 1) + 1
    return {"text": " ".join(words), "span1_index": 0, "span1_text": words[0], "span2_index": place,
            "span2_text": words[place], "label": m.index(2)}


def cb(m):
    return {"premise": m.sentence(), "hypothesis": m.words(), "label": m.index(3)}


def agieval(m):
    return {"query": m.sentence(), "choices": [f"({letter}){m.words()}" for letter in "ABCD"],
            "gold": [m.index(4)]}


def agieval_math(m):
    return {"query": m.sentence(), "answer": m.pick("\\frac{1}{2}", "12", "x=3")}


def gpqa(m):
    return {"Question": m.sentence(), "Correct Answer": m.words(1, 3), "Explanation": m.sentence(),
            **{f"Incorrect Answer {i}": m.words(1, 3) + m.pick("", " [title] x", "  y") for i in (1, 2, 3)}}


def mmlu_pro(m):
    return {"question": m.sentence(), "options": [" " + m.words() for _ in range(m.index(8) + 3)],
            "answer": m.pick("A", "B", "C"), "answer_index": m.index(3),
            "cot_content": "A: Let's think step by step. " + m.sentence(),
            "category": m.pick("biology", "law", "math")}


def hendrycks_math(m):
    answer = m.pick("\\frac12", "0.5", "3 \\text{ units}", "x=5", "\\sqrt3", "7/8", "12\\%")
    return {"problem": m.sentence(), "level": "Level 1", "type": "Algebra", "solution": f"So we get $\\boxed{{{answer}}}$."}


def bbh(m):
    return {"input": m.words() + "\n(A) " + m.words() + "\n(B) " + m.words() + " List: " + m.words(3, 5),
            "target": m.pick("(A)", "(B)", "yes", "4")}


def drop(m):
    def answer():
        spans = [m.words(1, 2) for _ in range(m.index(3))]
        number = "" if spans else m.pick("", str(m.index(90)))
        return {"number": number, "date": {"day": "1", "month": "May", "year": m.pick("", "1910")}, "spans": spans}

    others = [answer() for _ in range(2)]
    return {"query_id": m.words(1, 1), "passage": m.sentence(), "question": m.sentence(), "answer": answer(),
            "validated_answers": {key: [other[key] for other in others] for key in ("number", "date", "spans")}}


def truthfulqa_gen(m):
    return {"question": " " + m.sentence(), "best_answer": m.sentence(), "type": "", "category": "", "source": "",
            "correct_answers": [m.words(), m.sentence()], "incorrect_answers": [m.words(), m.sentence()]}


def translation(m):
    return {"translation": {language: m.sentence() for language in ("en", "fr", "de", "ro", "cs", "ru", "ja", "zh")}}


def afrixnli(m):
    return {"premise": m.sentence(), "hypothesis": m.sentence(), "label": m.index(3)}


def afrimmlu(m):
    return {"question": m.sentence(), "subject": "elementary_mathematics", "choices": str([m.words() for _ in range(4)]),
            "answer": m.pick("A", "B", "C", "D")}


def global_mmlu(m):
    return {"question": m.sentence(), **{f"option_{letter}": m.words() for letter in "abcd"},
            "answer": m.pick("A", "B", "C", "D"), "subject": m.pick("anatomy", "astronomy"),
            "subject_category": m.pick("STEM", "Social Sciences"), "domain": m.pick("STEM", "Social Science")}


def mmmlu(m):
    return {"Question": m.sentence(), **{letter: m.words() for letter in "ABCD"}, "Answer": m.pick("A", "B", "C", "D"),
            "Subject": m.pick("anatomy", "anatomy_test.csv_sw-KE.csv", "astronomy")}


def mmlu_prox(m):
    return {"question": m.sentence(), "answer": m.pick("A", "B"), "category": m.pick("biology", "law"),
            "cot_content": "A: Let's think step by step. " + m.sentence(),
            **{f"option_{i}": m.words() if i < 4 else None for i in range(10)}}


def eus_exams(m):
    return {"question": m.sentence(), "candidates": m.pick(["", "", "", ""], [m.words() for _ in range(4)]),
            "answer": m.index(4)}


def mmlusr(m):
    return {"question": m.sentence(), **{f"choice{i}": m.words() for i in range(1, 5)}, "answer": " " + m.pick("A", "B", "C", "D")}


def acva(m):
    return {"id": m.words(1, 1), "question": m.sentence(), "answer": m.pick("صح", "خطأ")}


def mutual(m):
    return {"article": "m : " + m.sentence() + " it 's ``quoted ''", "options": [m.sentence() + " ok ." for _ in range(4)],
            "answers": m.pick("A", "B", "C", "D"), "id": m.words(1, 1)}


def eq_bench(m):
    names = m.random.sample(WORDS, 4)
    reference = {f"emotion{i + 1}": name for i, name in enumerate(names)}
    reference |= {f"emotion{i + 1}_score": m.pick(m.index(10), str(m.index(10))) for i in range(4)}
    return {"prompt": " ".join(f"{name}: {m.index(10)}" for name in names), "reference_answer_fullscale": str(reference)}


def utilitarianism(m):
    return {"activity": m.sentence() + m.pick("", " x" * 400), "baseline": m.sentence(), "rating": ""}


def coqa(m):
    count = m.index(3) + 2
    answers = [m.words(1, 2) for _ in range(count)]
    return {"story": m.sentence(), "questions": {"input_text": [m.words() for _ in range(count)]},
            "answers": {"input_text": answers},
            "additional_answers": {str(i): {"input_text": [m.pick(a, m.words(1, 2)) for a in answers]} for i in range(2)}}


def aime(m):
    return {"ID": m.words(1, 1), "Problem": m.sentence(), "Question": m.sentence(), "problem": m.sentence(),
            "Answer": str(m.index(9))}


def aime25(m):
    return {"problem": m.sentence(), "answer": str(m.index(9)), "id": m.words(1, 1)}


def arc(m):
    count = m.pick(4, 4, 4, 3)
    labels = m.pick("ABCD", "1234")[:count]
    return {"id": m.words(1, 1), "question": m.sentence(), "answerKey": m.pick(*labels),
            "choices": {"text": [m.words() for _ in range(count)], "label": list(labels)}}


def moral_stories(m):
    return {key: m.sentence() for key in ("norm", "situation", "intention", "moral_action", "immoral_action")}


def bbq(m):
    names = m.random.sample(WORDS, 2)
    answers = m.random.sample([m.pick("Unknown", "Can't answer", "Not known"), *(f"The {name}" for name in names)], 3)
    groups = [["unknown", "unknown"] if not answer.startswith("The ") else [m.pick("old", "nonOld", "F-Black"), answer[4:]]
              for answer in answers]
    return {"context": m.sentence(), "question": m.sentence(), "label": m.index(3), "category": m.pick("Age", "SES"),
            "question_polarity": m.pick("neg", "nonneg"), "context_condition": m.pick("ambig", "disambig"),
            "additional_metadata": {"stereotyped_groups": ["old", "Black"]},
            **{f"ans{i}": answer for i, answer in enumerate(answers)},
            "answer_info": {f"ans{i}": group for i, group in enumerate(groups)}}


def squad(m):
    golds = [m.words(1, 2) for _ in range(m.index(3))]
    return {"id": str(m.index(10**12)), "title": m.words(1, 2), "context": m.sentence(), "question": m.sentence(),
            "answers": {"text": golds, "answer_start": [0] * len(golds)}}


def recall(m):
    return {"doc_id": m.words(1, 1), "text": " " + m.sentence() + " ", "value": " " + m.pick("a", "the", m.words(1, 1))}


def ifeval(m):
    relation, number = m.pick("less than", "at least"), m.index(5) + 1
    kinds = {
        "keywords:frequency": {"keyword": m.pick("a", "the"), "frequency": number, "relation": relation},
        "keywords:letter_frequency": {"letter": "e", "let_frequency": number, "let_relation": relation},
        "length_constraints:number_words": {"num_words": number * 5, "relation": relation},
        "length_constraints:number_paragraphs": {"num_paragraphs": 1},
        "detectable_format:json_format": {}, "punctuation:no_comma": {}, "startend:quotation": {},
        "startend:end_checker": {"end_phrase": m.pick(".", "a")},
    }
    names = m.random.sample(sorted(kinds), m.index(2) + 1)
    every = dict.fromkeys(key for arguments in kinds.values() for key in arguments)
    return {"key": m.index(999), "prompt": m.sentence(), "instruction_id_list": names,
            "kwargs": [{**every, **kinds[name]} for name in names]}


#: Tasks by what makes their documents.
FAMILIES = {
    logiqa: ["logiqa"], logiqa2: ["logiqa2"], mathqa: ["mathqa"], medqa: ["medqa_4options"], medmcqa: ["medmcqa"],
    pubmedqa: ["pubmedqa"], race: ["race"], musr: ["leaderboard_musr_murder_mysteries"], mnli: ["mnli"],
    toxigen: ["toxigen"], webqs: ["webqs"], text: ["paloma_c4_en", "c4"], xcopa: ["xcopa_et", "xcopa_zh", "xcopa_sw"],
    xwinograd: ["xwinograd_en", "xwinograd_jp"],
    crows_pairs: ["crows_pairs_english", "crows_pairs_english_age", "crows_pairs_english_race_color"],
    winogender: ["winogender_female", "winogender_gotcha", "winogender_gotcha_female"], wsc273: ["wsc273"], wsc: ["wsc"], cb: ["cb"],
    agieval: ["agieval_lsat_ar", "agieval_sat_en"], agieval_math: ["agieval_math"],
    gpqa: ["gpqa_main_zeroshot", "gpqa_main_n_shot", "gpqa_main_cot_zeroshot", "leaderboard_gpqa_main"],
    mmlu_pro: ["mmlu_pro_biology", "mmlu_pro_law", "leaderboard_mmlu_pro"],
    hendrycks_math: ["hendrycks_math_algebra"],
    bbh: ["bbh_zeroshot_date_understanding", "bbh_zeroshot_web_of_lies", "bbh_zeroshot_word_sorting",
          "bbh_zeroshot_object_counting"],
    drop: ["drop"], truthfulqa_gen: ["truthfulqa_gen"], translation: ["wmt14-en-fr", "wmt16-de-en"],
    afrixnli: ["afrixnli_hau_prompt_1", "afrixnli_hau_prompt_2", "afrixnli_hau_prompt_4", "afrixnli_hau_prompt_5"],
    afrimmlu: ["afrimmlu_direct_hau_prompt_2", "afrimmlu_direct_hau_prompt_4"],
    global_mmlu: ["global_mmlu_full_fr_anatomy", "global_mmlu_ar_stem", "include_base_44_albanian_stem"],
    mmmlu: ["mmmlu_fr_fr_anatomy"], mmlu_prox: ["mmlu_prox_af_biology"], eus_exams: ["eus_exams_es_opeehubiblio"],
    mutual: ["mutual"], eq_bench: ["eq_bench"], utilitarianism: ["ethics_utilitarianism"], coqa: ["coqa"],
    aime: ["aime", "aime24"], aime25: ["aime25"], arc: ["arc_challenge_llama"], moral_stories: ["moral_stories"],
    bbq: ["bbq", "bbq_ambig", "bbq_disambig", "bbq_generate", "bbq_generate_disambig"], squad: ["squadv2"],
    recall: ["squad_completion", "fda", "swde"], ifeval: ["ifeval", "leaderboard_ifeval"],
    mmlusr: ["mmlusr_answer_only_anatomy"], acva: ["arabic_leaderboard_acva_Algeria"],
}
