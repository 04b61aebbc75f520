internal import CHDF5

/// What was tried inside an HDF5 file, on which object, and the library's own reason.
struct HDF5Error: Error, CustomStringConvertible {
  enum Action: Sendable, Equatable {
    case create(file: String)
    case close(file: String)
    case write(object: String)
  }

  let action: Action
  let reason: String

  /// Takes the reason from the library's error stack; call it right after the call that failed.
  init(_ action: Action) {
    self.init(action, reason: Self.innermostReason() ?? "the library gives no reason")
  }

  init(_ action: Action, reason: String) {
    self.action = action
    self.reason = reason
  }

  var description: String {
    switch action {
    case .create(let file): "cannot create '\(file)': \(reason)"
    case .close(let file): "cannot close '\(file)': \(reason)"
    case .write(let object): "cannot write '\(object)': \(reason)"
    }
  }

  /// The first entry of the error stack, which is the call that found the fault; later ones repeat it in the
  /// words of its callers.
  private static func innermostReason() -> String? {
    var text = [UInt8](repeating: 0, count: 512)
    let status = HDF5Library.serialized {
      H5Ewalk2(
        chdf5_error_stack(), H5E_WALK_UPWARD,
        { depth, entry, text in
          guard depth == 0, let reason = entry?.pointee.desc, let text else { return 0 }
          var index = 0
          while index < 511, reason[index] != 0 {
            text.storeBytes(of: UInt8(bitPattern: reason[index]), toByteOffset: index, as: UInt8.self)
            index += 1
          }
          return 0
        }, &text)
    }
    let reason = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    return status >= 0 && !reason.isEmpty ? reason : nil
  }
}
