package ai.ipai.connectors.odoo;

import ai.ipai.connectors.http.RequestLimits;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.connector.ConnectorType;
import java.util.function.Supplier;

/** {@code type: odoo}. */
public final class OdooConnectorType implements ConnectorType {
  private static final String CONNECTION =
      """
      {
        "type": "object",
        "required": ["url", "database", "login", "secret"],
        "additionalProperties": false,
        "properties": {
          "url": {"type": "string", "format": "uri", "description": "Odoo's address, without a path"},
          "database": {"type": "string"},
          "login": {"type": "string", "description": "the reading user; he should see all records"},
          "secret": {"type": "string", "pattern": "^secret://", "description": "password or API key"},
          "protocol": {"enum": ["auto", "jsonrpc", "xmlrpc", "json2"], "default": "auto", "description": "auto: JSON-RPC up to Odoo 18, /json/2 with an API key from 19 on"},
          "language": {"type": "string", "default": "en_US"},
          "page_size": {"type": "integer", "minimum": 1, "maximum": 10000, "default": 1000},
          "read_ahead": {"type": "integer", "minimum": 1, "maximum": 16, "default": 2, "description": "pages of one stream that are asked for at a time"},
          %s,
          "lag": {"type": "string", "default": "10s", "description": "how far behind the server's clock a window of changes ends"},
          "overlap": {"type": "string", "default": "15m", "description": "how much is read again: at least the longest transaction"},
          "deletes": {"enum": ["each_run", "reconcile"], "default": "each_run"},
          "fields": {"type": "array", "items": {"type": "string", "pattern": "^[+-]"}},
          "write": {"type": "object", "description": "the fields that write-back jobs may write, by model; none if absent", "additionalProperties": {"type": "array", "minItems": 1, "items": {"type": "string"}}},
          "private_addresses": {"type": "boolean", "default": false},
          "timeout": {"type": "string", "default": "2m"}
        }
      }
      """
          .formatted(RequestLimits.SCHEMA);
  private static final String STREAM =
      """
      {
        "type": "object",
        "additionalProperties": false,
        "properties": {
          "fields": {"type": "array", "items": {"type": "string"}, "description": "+name adds, -name removes, bare names stand alone"},
          "filter": {"type": "array", "description": "an Odoo domain"}
        }
      }
      """;

  @Override
  public ConnectorSpec spec() {
    return new ConnectorSpec("odoo", "Odoo", CONNECTION, STREAM, true);
  }

  @Override
  public Connector open(ConnectorSettings settings, ConnectorContext context) {
    OdooSettings odoo = OdooSettings.of(settings.connection());
    OdooApi api = api(odoo, () -> context.secrets().apply(odoo.secret()), context.cancellation());
    return new OdooConnector(odoo, settings, api, context);
  }

  private static OdooApi api(
      OdooSettings odoo, Supplier<String> secret, Cancellation cancellation) {
    return switch (odoo.protocol()) {
      case "jsonrpc" -> new JsonRpcApi(odoo, secret, cancellation);
      case "xmlrpc" -> new XmlRpcApi(odoo, secret, cancellation);
      case "json2" -> new Json2Api(odoo, secret, cancellation);
      default ->
          new ChosenApi(
              new JsonRpcApi(odoo, secret, cancellation), new Json2Api(odoo, secret, cancellation));
    };
  }
}
