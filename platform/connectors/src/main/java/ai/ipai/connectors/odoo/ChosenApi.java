package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Speaks what the server's version wants, found out at the first call: JSON-RPC up to 18, {@code
 * /json/2} from 19 on, where JSON-RPC is on its way out. Thread-safe.
 */
final class ChosenApi implements OdooApi {
  private static final int FIRST_WITH_JSON2 = 19;
  private static final Pattern MAJOR = Pattern.compile("(?:saas[~-])?(\\d{1,3})\\..*");

  private final OdooApi old;
  private final OdooApi json2;
  private @Nullable OdooApi chosen;

  ChosenApi(OdooApi old, OdooApi json2) {
    this.old = old;
    this.json2 = json2;
  }

  private synchronized OdooApi chosen() {
    if (chosen == null) {
      chosen = major() >= FIRST_WITH_JSON2 ? json2 : old;
    }
    return chosen;
  }

  private int major() {
    String version;
    try {
      version = old.version();
    } catch (IpaiException e) {
      if (!e.code().equals(ConnectorErrors.ANSWER)) {
        throw e;
      }
      // Servers that have left JSON-RPC behind.
      version = json2.version();
    }
    Matcher matcher = MAJOR.matcher(version);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  @Override
  public JsonNode call(String model, String method, List<?> args, Map<String, ?> kwargs) {
    return chosen().call(model, method, args, kwargs);
  }

  @Override
  public JsonNode change(String model, String method, List<?> args, Map<String, ?> kwargs) {
    return chosen().change(model, method, args, kwargs);
  }

  @Override
  public long userId() {
    return chosen().userId();
  }

  @Override
  public String version() {
    return chosen().version();
  }

  @Override
  public Instant serverTime() {
    return chosen().serverTime();
  }

  @Override
  public void close() {
    old.close();
    json2.close();
  }
}
