public import Sandbox

/// The code of others that may run, by word of the command line or the environment only: nothing unless said.
public struct AllowedCode: Sendable {
  /// Calls functions that task files name and nothing native stands for.
  public var python: TaskPython?
  /// Runs programs that a model writes, for evaluations that are of code.
  public var sandbox: CodeSandbox?

  public init(python: TaskPython? = nil, sandbox: CodeSandbox? = nil) {
    self.python = python
    self.sandbox = sandbox
  }
}
