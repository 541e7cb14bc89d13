package ai.ipai.connectors.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code jdbc:asking://HOST/}: looks the host up, as drivers do, and goes no further. */
public final class AskingDriver implements Driver {
  static final List<String> ANSWERS = new CopyOnWriteArrayList<>();

  /** For the service loader. */
  public AskingDriver() {}

  @Override
  public @Nullable Connection connect(String url, Properties info) throws SQLException {
    String host = url.replaceFirst("jdbc:asking://([^/]*)/", "$1");
    try {
      ANSWERS.add(InetAddress.getByName(host).getHostAddress());
    } catch (UnknownHostException e) {
      ANSWERS.add("none");
    }
    throw new SQLException("goes no further", "42000");
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith("jdbc:asking:");
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }
}
