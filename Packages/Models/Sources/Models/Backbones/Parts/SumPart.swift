import TensorCore

/// Several parts that read the same rows, and whose results are added.
struct SumPart: HybridPart {
  /// A part, and factors on what it reads and on what it gives.
  struct Summand: Sendable {
    var part: any HybridPart
    var readFactor: Float = 1
    var factor: Float = 1
  }

  var summands: [Summand]

  init(_ summands: [Summand]) { self.summands = summands }

  func make(_ place: HybridPlace) throws -> any HybridMixer {
    SumMixer(
      made: try summands.map { SumMixer.Made(mixer: try $0.part.make(place), plan: $0) })
  }
}

private struct SumMixer: HybridMixer {
  struct Made {
    let mixer: any HybridMixer
    let plan: SumPart.Summand
  }

  let made: [Made]

  var states: [LayerState] { made.flatMap(\.mixer.states) }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, firstState first: Int, adding residual: Tensor?)
    throws -> Tensor
  {
    var (next, sum) = (first, residual)
    for own in made {
      var read = rows
      read.scale(by: own.plan.readFactor)
      var result = try own.mixer(read, pass, firstState: next, adding: own.plan.factor == 1 ? sum : nil)
      if own.plan.factor != 1 {
        result.scale(by: own.plan.factor)
        if let sum { result.add(sum) }
      }
      sum = result
      next += own.mixer.states.count
    }
    return sum ?? rows
  }
}
