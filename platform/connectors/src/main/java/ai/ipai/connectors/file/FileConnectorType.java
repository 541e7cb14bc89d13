package ai.ipai.connectors.file;

import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.connector.ConnectorType;
import java.util.List;

/** {@code type: file}. */
public final class FileConnectorType implements ConnectorType {
  private static final String CONNECTION =
      """
      {
        "type": "object",
        "required": ["folder"],
        "additionalProperties": false,
        "properties": {
          "folder": {"type": "string", "description": "relative paths start at the workspace"}
        }
      }
      """;
  private static final String STREAM =
      """
      {
        "type": "object",
        "required": ["glob"],
        "additionalProperties": false,
        "properties": {
          "glob": {"type": "string", "description": "below the folder, such as sales/*.csv.gz"},
          "format": {"enum": ["csv", "ndjson", "json", "parquet", "xlsx"], "description": "by the file's ending if absent"},
          "delimiter": {"type": "string", "description": "one character or tab; by the first line if absent"},
          "encoding": {"type": "string", "default": "UTF-8"},
          "header": {"type": "boolean", "default": true},
          "sheet": {"type": "string", "description": "of a workbook; the first if absent"},
          "key": {"type": "array", "items": {"type": "string"}},
          "types": {"type": "object", "additionalProperties": {"enum": ["text", "bigint", "numeric", "double", "boolean", "date", "timestamp", "timestamptz", "json"]}}
        }
      }
      """;

  @Override
  public ConnectorSpec spec() {
    return new ConnectorSpec("file", "Files", CONNECTION, STREAM, false);
  }

  @Override
  public Connector open(ConnectorSettings settings, ConnectorContext context) {
    Folder folder =
        new Folder(
            FolderReader.resolved(context.workspace(), settings.connection().text("folder")));
    List<FileStream> streams =
        settings.streams().stream()
            .map(selection -> FileStream.of(selection.stream(), selection.options()))
            .toList();
    if (streams.isEmpty()) {
      throw settings
          .connection()
          .fault("streams", "is missing", "declare which files are a stream");
    }
    return new FileConnector(folder, streams, context.cancellation());
  }
}
