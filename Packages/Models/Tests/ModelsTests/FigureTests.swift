import ModelsTesting
import TensorCore
import Testing

@testable import Models

@Suite("Figures of a model")
struct FigureTests {
  private let ids: [Int32] = [3, 17, 0, 36, 5, 5, 29, 11, 2, 30, 8]

  private func figures(_ parameters: [String: Tensor]? = nil) throws -> [String: Figure] {
    let settings = TinyGPT.settings()
    return try makeGPT(settings, parameters ?? TinyGPT.parameters(settings)).figures(of: ids)
  }

  @Test("Attention weights of a row sum to one over what it sees")
  func attention() throws {
    guard case .heatMaps(let maps) = try #require(figures()["attention"]).content else {
      Issue.record("no heat maps")
      return
    }
    #expect(maps.panels.map(\.title).prefix(2) == ["layer 0, head 0", "layer 0, head 1"])
    #expect(maps.panels.count == 8 && maps.panelsPerRow == 4)
    for panel in maps.panels {
      #expect(panel.rows == 10 && panel.columns == 10)
      for row in 0..<10 {
        let values = panel.values[row * 10..<(row + 1) * 10]
        #expect(abs(values.prefix(row + 1).reduce(0, +) - 1) < 1e-6)
        #expect(values.dropFirst(row + 1).allSatisfy { $0.isNaN })
      }
    }
  }

  /// Without queries all scores are zero, so that the weights of a row are equal.
  @Test("Attention weights are those of the queries and keys")
  func uniform() throws {
    var parameters = TinyGPT.parameters(TinyGPT.settings())
    for name in ["kernel", "bias"] {
      let path = "blocks_0/attn/c_attn/\(name)"
      let value = parameters[path]!
      parameters[path] = Tensor(
        value.floats.enumerated().map { $0.offset % 48 < 16 ? 0 : $0.element }, shape: value.shape)
    }
    guard case .heatMaps(let maps) = try #require(figures(parameters)["attention"]).content else {
      Issue.record("no heat maps")
      return
    }
    for (index, panel) in maps.panels.enumerated() {
      var isUniform = true
      for row in 0..<10 {
        let share = 1 / Double(row + 1)
        let seen = panel.values[row * 10...row * 10 + row]
        isUniform = isUniform && seen.allSatisfy { abs($0 - share) < 1e-6 }
      }
      #expect(isUniform == (index < 4))
    }
  }

  @Test("The loss of each token agrees with float64")
  func loss() throws {
    guard case .lines(let lines, _, let y) = try #require(figures()["token_loss"]).content else {
      Issue.record("no lines")
      return
    }
    #expect(y.unit == "nats" && lines.count == 2)
    let settings = TinyGPT.settings()
    let expected = ReferenceGPT(settings, parameters: TinyGPT.parameters(settings)).logProbabilities(ids)
    #expect(lines[0].y.count == expected.count)
    #expect(zip(lines[0].y, expected).allSatisfy { abs($0 + $1) < 1e-5 })
    #expect(abs(lines[1].y[2] - lines[0].y.prefix(3).reduce(0, +) / 3) < 1e-9)
  }

  @Test("The residual stream is measured before the first block and after each")
  func residual() throws {
    guard case .lines(let lines, _, _) = try #require(figures()["residual_norm"]).content else {
      Issue.record("no lines")
      return
    }
    #expect(lines.map(\.x) == [[0, 1, 2], [0, 1, 2], [0, 1, 2]])
    let table = TinyGPT.parameters(TinyGPT.settings())["wte"]!.floats
    let norms: [Double] = ids.dropLast().map { id in
      let sum = table[Int(id) * 16..<Int(id + 1) * 16].reduce(0.0) { $0 + Double($1 * $1) }
      return (sum / 16).squareRoot()
    }
    #expect(abs(lines[0].y[0] - norms.max()!) < 1e-6 && abs(lines[2].y[0] - norms.min()!) < 1e-6)
  }

  @Test("Chosen layers and heads lie evenly between the first and the last")
  func choice() {
    let choice = Intermediates.AttentionChoice(layers: 4, heads: 3, positions: 8)
    #expect((0..<30).filter { choice.includes(layer: $0, of: 30) } == [0, 10, 19, 29])
    #expect(choice.heads(of: 9) == [0, 4, 8] && choice.heads(of: 2) == [0, 1])
    #expect(!Intermediates.AttentionChoice.none.includes(layer: 0, of: 2))
  }

  @Test("Recording figures changes no bit, and texts of one token have none")
  func invisible() throws {
    let model = try makeGPT(TinyGPT.settings(), TinyGPT.parameters(TinyGPT.settings()))
    let (batch, targets) = (TokenBatch([ids]), TokenBatch([ids.dropFirst() + [-1]]))
    let sink = Intermediates(attention: .init(layers: 2, heads: 2, positions: 4))
    let watched = try model.crossEntropy(batch, targets: targets, tape: Tape(), intermediates: sink)
    #expect(watched.sum == (try model.crossEntropy(batch, targets: targets).sum))
    #expect(sink["loss"]?.floats.last?.isNaN == true && sink["blocks_1/attention/head_3"]?.shape == [4, 4])
    #expect(try model.figures(of: [3]).isEmpty)
    #expect(throws: TokenError.self) { try model.figures(of: [3, 99]) }
  }
}
