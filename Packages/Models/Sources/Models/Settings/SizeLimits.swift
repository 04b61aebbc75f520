/// The largest sizes that settings may ask for: above those of any model, and so small that products of a few of them are
/// 64-bit integers.
enum SizeLimits {
  static let layers = 1 << 14
  static let width = 1 << 20
  static let hidden = 1 << 22
  static let positions = 1 << 24
  static let vocabulary = 1 << 28
}
