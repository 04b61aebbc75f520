public import Basics

/// Why a server does not begin, in one sentence.
public struct ServerError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case noKeyFile(String)
    /// A file of keys that is there and cannot be read.
    case unreadableKeyFile(String, reason: String)
    case noKeys(String)
    /// `--host` is no address of this machine.
    case host(String)
    /// Another program listens there, or the system refuses.
    case unavailable(host: String, port: Int, reason: String)
  }

  public let kind: Kind

  init(_ kind: Kind) { self.kind = kind }

  public var fault: Fault {
    switch kind {
    case .noKeyFile: .missingInput
    case .noKeys, .unreadableKeyFile: .badData
    case .host: .usage
    case .unavailable: .tryAgain
    }
  }

  public var description: String {
    switch kind {
    case .noKeyFile(let path): "no file of keys '\(path)'"
    case .unreadableKeyFile(let path, let reason): "cannot read the file of keys '\(path)': \(reason)"
    case .noKeys(let path): "file '\(path)' holds no key, expected one a line in UTF-8"
    case .host(let host):
      "--host must be an IP address of this machine or 'localhost', found '\(host)'"
    case .unavailable(let host, let port, let reason): "cannot listen at \(host):\(port): \(reason)"
    }
  }
}
