import FlyingSocks
import Foundation

/// Where a server listens.
enum ListeningAddress: Sendable {
  case v4(String, UInt16)
  case v6(String, UInt16)

  /// - Throws: ``ServerError`` for a host that is no address.
  init(host: String, port: Int) throws(ServerError) {
    guard let port = UInt16(exactly: port) else { throw ServerError(.host("\(host):\(port)")) }
    let name =
      host == "localhost" ? "127.0.0.1" : host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    if (try? sockaddr_in.inet(ip4: name, port: port)) != nil {
      self = .v4(name, port)
    } else if (try? sockaddr_in6.inet6(ip6: name, port: port)) != nil {
      self = .v6(name, port)
    } else {
      throw ServerError(.host(host))
    }
  }

  /// Whether only programs on this machine reach it.
  var isLoopback: Bool {
    switch self {
    case .v4(let address, _): address.hasPrefix("127.")
    case .v6(let address, _): address == "::1"
    }
  }

  /// A socket that listens at it.
  ///
  /// - Throws: `SocketError` where the address is taken or not this machine's.
  func listen() throws -> Socket {
    switch self {
    case .v4(let name, let port): try Self.listen(at: sockaddr_in.inet(ip4: name, port: port))
    case .v6(let name, let port): try Self.listen(at: sockaddr_in6.inet6(ip6: name, port: port))
    }
  }

  private static func listen<Address: SocketAddress>(at address: Address) throws -> Socket {
    let socket = try Socket(domain: Int32(address.family))
    do {
      try socket.setValue(true, for: .localAddressReuse)
      try socket.bind(to: address)
      try socket.listen()
    } catch {
      try? socket.close()
      throw error
    }
    return socket
  }
}
