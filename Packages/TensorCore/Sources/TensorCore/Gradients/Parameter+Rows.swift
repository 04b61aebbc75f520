/// Operations of rows with parameters: the same as those with tensors, and recorded where the rows are.
extension Parameter {
  /// The rows of an embedding table that `ids` name; where a tape is given, they begin a recording.
  ///
  /// - Shape: the table `[V, C]`, result `[ids.count, C]` float32.
  /// - Precondition: Every id is in `0 ..< V`.
  public func rows(_ ids: [Int32], tape: Tape?) -> Tensor {
    var rows = blocks?.gatheringRows(ids) ?? tensor.gatheringRows(ids)
    rows.node = tape?.record { [self] gradient, adjoints in
      adjoints.gradients.update(self) {
        $0.addRows(gradient, at: ids)
      } orStore: {
        var sum = Tensor(zeros: tensor.shape)
        sum.addRows(gradient, at: ids)
        return sum
      }
    }
    return rows
  }
}

extension Tensor {
  /// ``layerNormalized(weight:bias:epsilon:)`` with parameters.
  public func layerNormalized(weight: Parameter, bias: Parameter?, epsilon: Float) -> Tensor {
    unrecorded.layerNormalized(weight: weight.tensor, bias: bias?.tensor, epsilon: epsilon)
      .recorded(
        from: node,
        backward: { [x = unrecorded, node] gradient, adjoints in
          let back = x.normBackward(
            gradient, weight: weight.tensor, epsilon: epsilon, centers: true, hasBias: bias != nil)
          adjoints.gradients.add(back.weight, to: weight)
          if let bias { adjoints.gradients.add(back.bias!, to: bias) }
          adjoints.add(back.x, to: node)
        })
  }

  /// ``rmsNormalized(weight:epsilon:)`` with a parameter.
  ///
  /// - Parameter offset: Added to the weight, 1 where a model keeps gains around zero.
  public func rmsNormalized(weight: Parameter, offset: Float = 0, epsilon: Float) -> Tensor {
    let gain = weight.tensor.adding(offset)
    return unrecorded.rmsNormalized(weight: gain, epsilon: epsilon)
      .recorded(
        from: node,
        backward: { [x = unrecorded, node] gradient, adjoints in
          let back = x.normBackward(gradient, weight: gain, epsilon: epsilon, centers: false, hasBias: false)
          adjoints.gradients.add(back.weight, to: weight)
          adjoints.add(back.x, to: node)
        })
  }

  /// ``rmsNormalizeHeads(columns:headWidth:weight:epsilon:)`` with a parameter.
  ///
  /// - Parameter offset: Added to the weight, 1 where a model keeps gains around zero.
  public mutating func rmsNormalizeHeads(
    columns: Range<Int>, headWidth: Int, weight: Parameter, offset: Float = 0, epsilon: Float
  ) {
    let (node, gain) = (node, weight.tensor.adding(offset))
    self.node = nil
    let heads = [rowCount * columns.count / headWidth, headWidth]
    let before = node.map { _ in self.columns(columns).reshaped(heads) }
    rmsNormalizeHeads(columns: columns, headWidth: headWidth, weight: gain, epsilon: epsilon)
    guard let before else { return }
    self = recorded(
      from: node,
      backward: { gradient, adjoints in
        let back = before.normBackward(
          gradient.columns(columns).reshaped(heads), weight: gain, epsilon: epsilon, centers: false,
          hasBias: false)
        adjoints.gradients.add(back.weight, to: weight)
        var gradient = gradient
        gradient.replaceColumns(columns, with: back.x)
        adjoints.add(gradient, to: node)
      })
  }

  /// Overwrites a range of the last axis with as many elements a row.
  private mutating func replaceColumns(_ range: Range<Int>, with part: Tensor) {
    let (width, count) = (self.width, range.count)
    scatter(
      part,
      into: (0..<rowCount).lazy.map { row in
        row * width + range.lowerBound..<row * width + range.lowerBound + count
      })
  }
}
