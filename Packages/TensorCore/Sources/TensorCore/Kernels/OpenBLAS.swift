internal import CKernels

#if OpenBLAS
internal import COpenBLAS
#endif

/// Products by OpenBLAS, each of one panel and at most a few hundred rows, on one thread: the thread pool's threads make them side
/// by side.
enum OpenBLAS {
  #if OpenBLAS
  static let isBuilt = true
  #else
  static let isBuilt = false
  #endif

  /// The fastest kernels here, with OpenBLAS's products in place of their tiles.
  ///
  /// - Precondition: ``isBuilt``.
  static var kernels: tc_kernels {
    var kernels = InstructionSet.available[InstructionSet.available.count - 1].kernels
    kernels.products = products
    return kernels
  }

  #if OpenBLAS
  /// Its name, version and the processor that it has kernels for: "openblas 0.3.21 Zen".
  static let identity: String = {
    let words = String(cString: openblas_get_config()).split(separator: " ")
    return "openblas \(words.dropFirst().first ?? "") \(String(cString: openblas_get_corename()))"
  }()

  /// Kept for as long as the process.
  nonisolated(unsafe) private static let products: UnsafePointer<tc_product_kernels> = {
    openblas_set_num_threads(1)
    let fastest = InstructionSet.available[InstructionSet.available.count - 1]
    let table = UnsafeMutablePointer<tc_product_kernels>.allocate(capacity: 1)
    table.initialize(to: fastest.kernels.products.pointee)
    table.pointee.multiply = { x, stride, rows, weights, units, adds, sums in
      let width = blasint(TC_PANEL)
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), width, blasint(units), 1, x,
        blasint(max(stride, 1)), weights, width, adds ? 1 : 0, sums, width)
    }
    return UnsafePointer(table)
  }()
  #else
  static var identity: String { InstructionSet.openblas.name }

  private static var products: UnsafePointer<tc_product_kernels> {
    preconditionFailure("this build has no OpenBLAS")
  }
  #endif
}
