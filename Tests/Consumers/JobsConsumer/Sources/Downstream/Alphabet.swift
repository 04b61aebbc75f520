import Evaluations

/// How surprised is the model by the alphabet?
struct Alphabet: PerplexityEvaluation {
  let name = "alphabet_ppl"
  let count = 2

  func get(_ index: Int) -> String { index == 0 ? "abcdefghijklm" : "nopqrstuvwxyz" }
}
