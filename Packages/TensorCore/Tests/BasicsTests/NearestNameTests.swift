import Basics
import Testing

@Suite("Nearest names")
struct NearestNameTests {
  @Test(
    "A name that differs in two letters, or in a third of them, is near",
    arguments: [
      ("n_layer", "n_layers"), ("hellaswga", "hellaswag"), ("arc", "ar"), ("evaluate", "evaluate"),
    ])
  func near(name: String, candidate: String) {
    #expect(nearestName(to: name, among: ["something else entirely", candidate]) == candidate)
    #expect(suggestion(for: name, among: [candidate]) == "; did you mean '\(candidate)'?")
  }

  @Test("A name that is far from all others has no nearest name")
  func far() {
    #expect(nearestName(to: "perplexity", among: ["accuracy", "f1"]) == nil)
    #expect(suggestion(for: "perplexity", among: ["accuracy", "f1"]).isEmpty)
  }

  @Test("A key is near where its last components are")
  func tail() {
    #expect(
      nearestName(to: "n_layers", among: ["eval/length", "architecture/n_layers"]) == "architecture/n_layers")
  }

  @Test(
    "A key is found by its spelling or its last components",
    arguments: [
      ("architecture/n_layer", "architecture/n_layers"), ("n_layers", "architecture/n_layers"),
      ("architecture.n_embd", "architecture/n_embd"), ("eval/legnth", "eval/length"),
      ("lenght", "eval/length"), ("arch/n_head", nil), ("zzz", nil),
    ])
  func keys(name: String, expected: String?) {
    let known = ["architecture/n_layers", "architecture/n_embd", "eval/length"]
    #expect(nearestName(to: name, among: known) == expected)
  }

  @Test("Of many names the nearest is that of all distances, the first of equals")
  func agreesWithDistances() {
    var random = SystemRandomNumberGenerator()
    func word() -> String {
      String((0..<Int.random(in: 1...7, using: &random)).map { _ in "abc".randomElement()! })
    }
    for _ in 0..<300 {
      let (name, names) = (word(), (0..<20).map { _ in word() })
      let distances = names.map { editDistance(from: name, to: $0) }
      let least = distances.min()!
      let expected = least <= max(2, name.count / 3) ? names[distances.firstIndex(of: least)!] : nil
      #expect(nearestName(to: name, among: names) == expected, "\(name) among \(names)")
    }
  }
}
