import TensorCore

extension Intermediates {
  /// What can be drawn of a transformer's pass: attention weights, norms along the residual stream, the loss of each token.
  var figures: [String: Figure] {
    var figures: [String: Figure] = [:]
    figures["attention"] = attentionFigure
    figures["residual_norm"] = residualFigure
    figures["token_loss"] = lossFigure
    return figures
  }

  private var attentionFigure: Figure? {
    let maps = entries.compactMap { name, value -> (layer: Int, head: Int, value: Tensor)? in
      guard let match = name.wholeMatch(of: /blocks_(\d+)\/attention\/head_(\d+)/), value.count > 0 else {
        return nil
      }
      return (Int(match.1)!, Int(match.2)!, value)
    }
    guard let first = maps.first else { return nil }
    return Figure(
      "Attention weights",
      .heatMaps(
        .init(
          maps.map { map in
            .init(
              "layer \(map.layer), head \(map.head)", rows: map.value.shape[0], columns: map.value.shape[1],
              values: map.value.floats.map(Double.init))
          }, panelsPerRow: maps.count { $0.layer == first.layer }, x: .init("key position"),
          y: .init("query position"), value: .init("weight", isLogarithmic: true), range: 1e-3...1)))
  }

  private var residualFigure: Figure? {
    var layers: [[Double]] = []
    if let rows = self["embedding"] { layers.append(rows.rootMeanSquares) }
    while let rows = self["blocks_\(layers.count - 1)"] { layers.append(rows.rootMeanSquares) }
    guard layers.count > 1, layers[0].count > 0 else { return nil }
    let x = layers.indices.map(Double.init)
    func line(_ name: String, isFaint: Bool = false, _ value: ([Double]) -> Double) -> Figure.Line {
      Figure.Line(name, x: x, y: layers.map { value($0.sorted()) }, isFaint: isFaint)
    }
    return Figure(
      "Size of the residual stream",
      .lines(
        [
          line("largest of all tokens", isFaint: true) { $0.last! },
          line("median") { $0[$0.count / 2] },
          line("smallest of all tokens", isFaint: true) { $0.first! },
        ], x: .init("blocks passed"), y: .init("root mean square of a row", isLogarithmic: true)))
  }

  private var lossFigure: Figure? {
    guard let losses = self["loss"]?.floats.map(Double.init), losses.contains(where: \.isFinite) else {
      return nil
    }
    let x = losses.indices.map(Double.init)
    let span = 16
    let means = losses.indices.map { index in
      let near = losses[max(0, index + 1 - span)...index].filter(\.isFinite)
      return near.isEmpty ? .nan : near.reduce(0, +) / Double(near.count)
    }
    return Figure(
      "Loss of each token",
      .lines(
        [
          .init("a token", x: x, y: losses, isFaint: true), .init("mean of the last \(span)", x: x, y: means),
        ],
        x: .init("position", unit: "tokens"), y: .init("loss", unit: "nats")))
  }
}

extension Tensor {
  /// Of each row.
  fileprivate var rootMeanSquares: [Double] {
    withElements { elements in
      (0..<rowCount).map { row in
        let sum = (row * width..<(row + 1) * width).reduce(0.0) {
          $0 + Double(elements[$1]) * Double(elements[$1])
        }
        return (sum / Double(width)).squareRoot()
      }
    }
  }
}
