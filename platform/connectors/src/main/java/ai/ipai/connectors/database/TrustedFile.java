package ai.ipai.connectors.database;

import com.github.shyiko.mysql.binlog.network.SSLSocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Trusts the certificates of one file, for the client of a binary log. */
record TrustedFile(Path file) implements SSLSocketFactory {

  @Override
  public SSLSocket createSocket(Socket socket) throws SocketException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate trusted : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + count++, trusted);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return (SSLSocket)
          context
              .getSocketFactory()
              .createSocket(socket, socket.getInetAddress().getHostName(), socket.getPort(), true);
    } catch (IOException | GeneralSecurityException e) {
      SocketException broken = new SocketException("the certificates cannot be read");
      broken.initCause(e);
      throw broken;
    }
  }
}
