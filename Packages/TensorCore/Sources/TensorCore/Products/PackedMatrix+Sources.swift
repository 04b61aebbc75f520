internal import CKernels

/// A weight that is decoded to float32 while it is packed: the seam for block dequantisers.
public struct DecodedWeight: Sendable {
  /// How many rows there are, as the source orders them.
  public let rows: Int
  /// Elements of a row.
  public let width: Int
  /// Writes the rows of a range, densely. Called from several threads at once, for each row exactly once.
  public let decode: @Sendable (_ rows: Range<Int>, _ into: inout MutableSpan<Float>) -> Void

  public init(
    rows: Int, width: Int,
    decode: @escaping @Sendable (_ rows: Range<Int>, _ into: inout MutableSpan<Float>) -> Void
  ) {
    precondition(rows >= 0 && width >= 0, "a weight of \(rows) rows of \(width)")
    self.rows = rows
    self.width = width
    self.decode = decode
  }
}

extension PackedMatrix {
  /// One of the weights that are packed side by side.
  struct Source {
    let outputs: Int
    let inner: Int
    private let reader: Reader

    /// What the C side holds pointers to while it packs.
    private final class Reader {
      let decoded: DecodedWeight?
      let memory: UnsafeMutablePointer<tc_memory_weight>?
      let tensor: Tensor?

      init(_ tensor: Tensor) {
        self.tensor = tensor
        decoded = nil
        memory = .allocate(capacity: 1)
        let rows = InstructionSet.current.kernels.rows.pointee
        memory?.initialize(
          to: tc_memory_weight(
            elements: tensor.rawPointer, width: tensor.shape[1], type: tensor.elementType.floatType,
            element_bytes: tensor.elementType.byteCount,
            convert: rows.convert, transpose: rows.transpose))
      }

      init(_ decoded: DecodedWeight) {
        self.decoded = decoded
        memory = nil
        tensor = nil
      }

      deinit { memory?.deallocate() }
    }

    init(_ weight: Tensor, _ orientation: Orientation) {
      precondition(weight.shape.count == 2, "a weight has two axes, got \(weight.shape)")
      precondition(
        [.float32, .bfloat16, .float16].contains(weight.elementType),
        "a weight is float32, bfloat16 or float16, got \(weight.elementType)")
      self.init(rows: weight.shape[0], width: weight.shape[1], orientation, Reader(weight))
    }

    init(_ weight: DecodedWeight, _ orientation: Orientation) {
      self.init(rows: weight.rows, width: weight.width, orientation, Reader(weight))
    }

    private init(rows: Int, width: Int, _ orientation: Orientation, _ reader: Reader) {
      outputs = orientation == .outputsByInner ? rows : width
      inner = orientation == .outputsByInner ? width : rows
      self.reader = reader
    }

    func releasePages() { reader.tensor?.releasePages() }

    /// Runs `body` on the C side's view of `sources`, valid within.
    static func withSources<R>(
      _ sources: [Source], _ body: (UnsafeBufferPointer<tc_weight_source>) -> R
    ) -> R {
      let views = sources.map { source in
        var view = tc_weight_source()
        view.outputs = source.outputs
        if let memory = source.reader.memory {
          view.read = tc_read_memory
          view.context = UnsafeMutableRawPointer(memory)
        } else {
          view.read = { context, first, count, rows in
            let reader = Unmanaged<Reader>.fromOpaque(context!).takeUnretainedValue()
            guard let decoded = reader.decoded, let rows else { return }
            var span = MutableSpan(_unsafeStart: rows, count: count * decoded.width)
            decoded.decode(first..<(first + count), &span)
          }
          view.context = Unmanaged.passUnretained(source.reader).toOpaque()
        }
        return view
      }
      return withExtendedLifetime(sources) { views.withUnsafeBufferPointer(body) }
    }
  }
}
