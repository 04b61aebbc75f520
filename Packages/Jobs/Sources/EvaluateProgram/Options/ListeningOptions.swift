import ArgumentParser
import Serving

/// Where a server listens: what 'serve' and 'view' have in common.
struct ListeningOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "Listen at this address; other machines do not reach the default.", valueName: "address"))
  var host = "127.0.0.1"
  @Option(
    help: ArgumentHelp(
      "Listen at this port; 0 for one that the system chooses. The default is 8000 for 'serve', 8001 for 'view'.",
      valueName: "n"))
  var port: Int?

  func validate() throws {
    guard let port, !(0...65535).contains(port) else { return }
    throw ValidationError("--port must be from 0 to 65535, found \(port)")
  }

  /// A server's options with this address.
  ///
  /// - Parameter standard: The port where none is given.
  func options(port standard: Int) -> ServerOptions {
    var options = ServerOptions()
    (options.host, options.port) = (host, port ?? standard)
    return options
  }
}
