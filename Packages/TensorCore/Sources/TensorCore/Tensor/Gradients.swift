/// The gradient of a loss by each parameter that it depends on, summed over as many passes as are gone back over.
public struct Gradients: Sendable {
  private var tensors: [ObjectIdentifier: Tensor] = [:]

  public init() {}

  /// The gradient by `parameter`, in its shape; nil where no pass used it.
  public subscript(parameter: Parameter) -> Tensor? {
    get { tensors[ObjectIdentifier(parameter)] }
    set { tensors[ObjectIdentifier(parameter)] = newValue }
  }

  /// Adds a gradient.
  mutating func add(_ gradient: @autoclosure () -> Tensor, to parameter: Parameter) {
    update(parameter) {
      $0.add(gradient())
    } orStore: {
      gradient()
    }
  }

  /// Changes a sum in place, or begins it.
  mutating func update(
    _ parameter: Parameter, _ change: (inout Tensor) -> Void, orStore first: () -> Tensor
  ) {
    let key = ObjectIdentifier(parameter)
    if var sum = tensors.removeValue(forKey: key) {
      change(&sum)
      tensors[key] = sum
    } else {
      tensors[key] = first()
    }
  }
}
