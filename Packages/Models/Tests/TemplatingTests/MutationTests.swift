import Foundation
import Templating
import Testing

@Suite("Damaged templates")
struct MutationTests {
  /// Numbers from a seed (SplitMix64).
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// Pieces of templates cut, doubled, swapped and joined: whatever comes out renders or is an error, and never traps.
  @Test("A damaged template renders or is refused, and never traps", arguments: 0..<8)
  func neverTrap(seed: UInt64) {
    var random = Seeded(state: seed)
    let sources = TemplateReferences.bundled.cases.map { Array($0.template.unicodeScalars) }
    var rendered = 0
    for _ in 0..<400 {
      guard var text = sources.randomElement(using: &random),
        let other = sources.randomElement(using: &random)
      else {
        continue
      }
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0...text.count, using: &random)
        let end = min(text.count, place + Int.random(in: 0...8, using: &random))
        let start = Int.random(in: 0...other.count, using: &random)
        let piece = other[start..<min(other.count, start + Int.random(in: 0...12, using: &random))]
        text.replaceSubrange(place..<end, with: piece)
      }
      var environment = TemplateEnvironment.named(Bool.random(using: &random) ? "chat" : "task")
      environment.limits.steps = 20_000
      environment.limits.bytes = 1 << 16
      let source = String(String.UnicodeScalarView(text))
      let context = ["values", "chat", "tools"].randomElement(using: &random) ?? "values"
      if (try? Template(source, environment: environment).render(TemplateReferences.context(context))) != nil
      {
        rendered += 1
      }
    }
    #expect(rendered > 0)
  }
}
