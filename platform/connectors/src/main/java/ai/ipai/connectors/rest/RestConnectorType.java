package ai.ipai.connectors.rest;

import ai.ipai.connectors.http.RequestLimits;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.connector.ConnectorType;

/** {@code type: http}. */
public final class RestConnectorType implements ConnectorType {
  private static final String CONNECTION =
      """
      {
        "type": "object",
        "required": ["url"],
        "additionalProperties": false,
        "properties": {
          "url": {"type": "string", "format": "uri", "description": "what all paths are below"},
          "auth": {
            "type": "object",
            "required": ["kind", "secret"],
            "additionalProperties": false,
            "properties": {
              "kind": {"enum": ["bearer", "header", "query", "basic", "oauth2"]},
              "name": {"type": "string", "description": "of the header or parameter"},
              "login": {"type": "string", "description": "kind basic"},
              "secret": {"type": "string", "pattern": "^secret://"},
              "token_url": {"type": "string", "format": "uri", "description": "kind oauth2, client credentials"},
              "client_id": {"type": "string"},
              "scope": {"type": "string"}
            }
          },
          "headers": {"type": "object", "additionalProperties": {"type": "string"}, "description": "sent with each request; no secrets"},
          %s,
          "private_addresses": {"type": "boolean", "default": false},
          "timeout": {"type": "string", "default": "1m"}
        }
      }
      """
          .formatted(RequestLimits.SCHEMA);
  private static final String STREAM =
      """
      {
        "type": "object",
        "required": ["path"],
        "additionalProperties": false,
        "properties": {
          "path": {"type": "string", "description": "below url; {name} stands for the parent's value"},
          "params": {"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}},
          "records": {"type": "string", "description": "where the list is in an answer, such as data.items; the answer itself if absent"},
          "key": {"type": "array", "items": {"type": "string"}, "description": "fields that identify a record"},
          "fields": {"type": "object", "description": "type by field; a.b reaches into a record", "additionalProperties": {"enum": ["text", "bigint", "numeric", "double", "boolean", "date", "timestamptz", "epoch_seconds", "epoch_millis", "json"]}},
          "page": {
            "type": "object",
            "required": ["kind"],
            "additionalProperties": false,
            "properties": {
              "kind": {"enum": ["none", "page", "offset", "cursor", "link"]},
              "param": {"type": "string", "description": "that tells page, offset or cursor"},
              "start": {"type": "integer", "default": 1, "description": "number of the first page"},
              "size": {"type": "integer", "minimum": 1, "maximum": 10000, "default": 100},
              "size_param": {"type": "string"},
              "next": {"type": "string", "description": "kind cursor: where the answer tells the next one"}
            }
          },
          "changes": {
            "type": "object",
            "required": ["field", "param"],
            "additionalProperties": false,
            "properties": {
              "field": {"type": "string", "description": "a timestamptz or epoch field that grows with each change"},
              "param": {"type": "string", "description": "that asks for records since then"},
              "format": {"enum": ["iso", "date", "epoch_seconds", "epoch_millis"], "default": "iso"},
              "overlap": {"type": "string", "default": "10m"}
            }
          },
          "parent": {
            "type": "object",
            "required": ["stream", "field", "as"],
            "additionalProperties": false,
            "properties": {
              "stream": {"type": "string"},
              "field": {"type": "string"},
              "as": {"type": "string", "description": "its name in path, and the column that holds it"}
            }
          },
          "ignore_status": {"type": "array", "items": {"enum": [403, 404, 410, 422]}, "description": "answers that count as an empty page"}
        }
      }
      """;

  @Override
  public ConnectorSpec spec() {
    return new ConnectorSpec("http", "HTTP API", CONNECTION, STREAM, true);
  }

  @Override
  public Connector open(ConnectorSettings settings, ConnectorContext context) {
    RestSettings rest = RestSettings.of(settings);
    return new RestConnector(rest, new RestApi(rest, context), context.cancellation());
  }
}
