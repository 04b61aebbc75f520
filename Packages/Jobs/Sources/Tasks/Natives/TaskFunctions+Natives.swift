extension TaskFunctions {
  /// The names of all functions, sorted.
  public var names: [String] { (registeredNames + NativeFunctions.byName.keys).sorted() }

  /// What a reference stands for.
  ///
  /// - Parameter source: The function as the Python file beside the task file has it; `nil` where there is no such file.
  func function(_ name: String, scopes: [String], source: PythonFunction?) -> TaskFunction? {
    let names = scopes.map { "\($0):\(name)" } + [name]
    if let function = registered(names) { return function }
    guard let source else { return names.lazy.compactMap { NativeFunctions.byName[$0] }.first }
    return NativeFunctions.function(source)
  }
}
