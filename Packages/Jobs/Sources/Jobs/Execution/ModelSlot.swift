import Synchronization

/// A model that is made once and shared from then on, of a type that its job states.
package final class ModelSlot: Sendable {
  private let held = Mutex<(any Sendable)?>(nil)

  package init() {}

  /// Lets go of the model, so that another can be made.
  package func clear() { held.withLock { $0 = nil } }

  /// The model; the first caller makes it, and others wait for that.
  package func model<Model: Sendable>(_ make: () throws -> Model) rethrows -> Model {
    try held.withLock { held in
      if let model = held as? Model { return model }
      let model = try make()
      held = model
      return model
    }
  }
}
