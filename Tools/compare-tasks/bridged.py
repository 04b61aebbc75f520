"""Small data sets for tasks whose functions have no native one, and run in Python."""

import documents


def answers(m):
    return {"text": [m.words(1, 2) for _ in range(m.index(2) + 1)], "answer_start": [0]}


def reading(m):
    return {"id": f"{m.pick('arabic', 'korean')}-{m.index(99)}", "title": m.words(1, 1), "context": m.sentence(),
            "question": m.sentence(), "answers": answers(m)}


def greekmmlu(m):
    count = m.pick(4, 4, 3, 2)
    return {"question": m.sentence(), "choices": [m.words() for _ in range(count)], "answer": m.index(count),
            "subject": m.pick("Accounting", "Art", "unheard of")}


def arabicmmlu(m):
    options = [m.words() for _ in range(m.index(4) + 2)]
    return {"Level": m.pick("", "High"), "Country": m.pick("", "Jordan"), "Subject": "Accounting", "Question": m.sentence(),
            "Context": m.pick("", m.sentence()), "Answer Key": m.pick("A", "B"),
            **{f"Option {i + 1}": options[i] if i < len(options) else None for i in range(5)}}


def babilong(m):
    return {"input": m.sentence() + " ", "question": m.sentence(), "target": m.pick("a", "the", m.words(1, 1))}


def hrm8k(m):
    return {"question": " " + m.sentence(), "answer": m.index(40) / 2}


def hendrycks(m):
    return {**documents.hendrycks_math(m), "answer": "1", "subject": "Algebra", "unique_id": m.words(1, 1)}


def kobest(m):
    return {"paragraph": m.sentence(), "question": m.sentence(), "label": m.index(2), "sentence": m.sentence(),
            "context_1": m.sentence(), "context_2": m.sentence(), "word": m.words(1, 1)}


def kobest_copa(m):
    return {"premise": m.sentence(), "question": m.pick("원인", "결과 "), "alternative_1": m.sentence(),
            "alternative_2": m.sentence(), "label": m.index(2)}


def kobest_hellaswag(m):
    return {"context": m.sentence(), "label": m.index(4), **{f"ending_{i}": m.words() for i in range(1, 5)}}


def paws(m):
    return {"sentence1": m.pick(m.sentence(), "It 's ( so ) ."), "sentence2": m.pick(m.sentence(), m.sentence(), ""),
            "label": m.index(2)}


def eus(m):
    count = m.index(3) + 2
    return {"context": m.sentence(), "question": m.sentence(), "candidates": [m.words() for _ in range(count)],
            "answer": m.index(count)}


def hellaswag(m):
    return {"ctx": m.sentence(), "activity_label": m.words(1, 2), "endings": [m.words() for _ in range(4)], "label": str(m.index(4))}


def click(m):
    choices = m.random.sample(documents.WORDS, 4)
    return {"id": f"{m.pick('KIIP_economy', 'Economy', 'Law')}_{m.index(99)}", "paragraph": m.pick("", m.sentence()),
            "question": m.sentence(), "choices": choices, "answer": m.pick(*choices)}


def kormedmcqa(m):
    return {"question": " " + m.sentence(), "answer": m.index(5) + 1, **{letter: m.words() for letter in "ABCDE"}}


def careqa(m):
    return {"question": m.sentence(), "cop": m.index(4) + 1, **{f"op{i}": m.words() for i in range(1, 5)}}


def groundcocoa(m):
    return {"query": m.sentence(), "Answer": m.pick(*"ABCDE"), **{f"Option {letter}": m.words() for letter in "ABCDE"}}


def truthfulqa(m):
    labels = [1] + [m.index(2) for _ in range(3)]
    choices = [m.words() for _ in range(4)]
    return {"question": m.sentence() + m.pick("", " [title]", "  [a] x"), "mc1_targets_choices": choices,
            "mc1_targets_labels": [1, 0, 0, 0], "mc2_targets_choices": choices, "mc2_targets_labels": labels}


def cabbq(m):
    return {"context": m.sentence(), "question": m.sentence(), "label": m.index(3), "ans0": m.words(1, 2), "ans1": m.words(1, 2),
            "context_condition": m.pick("ambig", "disambig"), "question_type": m.pick("pro-stereo", "anti-stereo"),
            "question_polarity": m.pick("neg", "nonneg"), "stereotyped_groups": ["old", "young"],
            "answer_info": {f"ans{i}": [m.words(1, 1), m.pick("old", "new, young", "none")] for i in range(3)}}


def indicparam(m):
    return {"question_text": m.sentence(), "correct_answer": m.pick(*"abcd"), "subject": m.pick("Bodo", "Nepali"),
            **{f"option_{letter}": m.words() for letter in "abcd"}}


def mafand(m):
    return {"translation": {"amh": m.sentence(), "en": m.sentence()}}


#: Tasks by what makes their documents.
FAMILIES = {
    reading: ["mlqa_ar_ar", "mlqa_en_en", "xquad_ar", "tydiqa_goldp_ar"], greekmmlu: ["greekmmlu_accounting"],
    arabicmmlu: ["arabicmmlu_accounting_university"], babilong: ["babilong_qa11"], hrm8k: ["hrm8k_gsm8k"],
    hendrycks: ["minerva_math_algebra", "minerva_math500"], kobest: ["kobest_boolq", "kobest_sentineg", "kobest_wic"],
    kobest_copa: ["kobest_copa"], kobest_hellaswag: ["kobest_hellaswag"], paws: ["paws_de"], eus: ["eus_trivia", "eus_reading"],
    hellaswag: ["darijahellaswag"], click: ["click_cul_economy"], kormedmcqa: ["kormedmcqa_dentist"], careqa: ["careqa_en"],
    groundcocoa: ["groundcocoa"], documents.xwinograd: ["icelandic_winogrande"],
    truthfulqa: ["truthfulqa_ar_mc1", "truthfulqa_ar_mc2"], cabbq: ["cabbq_age"], documents.cb: ["super_glue-cb-t5-prompt"],
    indicparam: ["indicparam_bodo"], mafand: ["mafand_amh-en_prompt_1"],
}
