package ai.ipai.connectors.file;

import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.connector.ConnectorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code type: file}. Files are read below the workspace and below the folders that the operator
 * names in {@value #VARIABLE}, such as {@code /srv/exchange:/mnt/banking}.
 */
public final class FileConnectorType implements ConnectorType {
  /** The environment variable with folders outside the workspace. */
  public static final String VARIABLE = OpenPlaces.VARIABLE;

  private static final String CONNECTION =
      """
      {
        "type": "object",
        "required": ["folder"],
        "additionalProperties": false,
        "properties": {
          "folder": {"type": "string", "description": "relative paths start at the workspace; others only below IPAI_FILE_ROOTS"}
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

  private final String named;
  private final List<Path> data;
  private final ParserProgram program;

  /** Of the workspace alone. */
  public FileConnectorType() {
    this("", List.of(), ParserProgram.usual());
  }

  FileConnectorType(ParserProgram program) {
    this("", List.of(), program);
  }

  private FileConnectorType(String named, List<Path> data, ParserProgram program) {
    this.named = named;
    this.data = List.copyOf(data);
    this.program = program;
  }

  /**
   * With what the operator named.
   *
   * @param dataDir of the platform, which is closed also where it lies in the workspace
   */
  public static FileConnectorType of(Map<String, String> environment, Path dataDir) {
    return new FileConnectorType(
        environment.getOrDefault(VARIABLE, ""), List.of(dataDir), ParserProgram.usual());
  }

  /**
   * Tries whether files could be parsed now: starts the process that does it, and ends it.
   *
   * @throws ai.ipai.spi.error.IpaiException {@code CON-015} if it does not start, with the cure
   */
  public static void tryParser() {
    ParserProcess.tryOut(ParserProgram.usual());
  }

  /** Parses files of our own making in this very process, for the JVM's cache of classes. */
  public static void rehearse(Path scratch) throws IOException {
    ParseRehearsal.run(scratch);
  }

  @Override
  public ConnectorSpec spec() {
    return new ConnectorSpec("file", "Files", CONNECTION, STREAM, false);
  }

  @Override
  public Connector open(ConnectorSettings settings, ConnectorContext context) {
    Folder folder =
        new Folder(
            context.workspace().resolve(settings.connection().text("folder")).normalize(),
            OpenPlaces.of(context.workspace(), named, data));
    List<FileStream> streams =
        settings.streams().stream()
            .map(selection -> FileStream.of(selection.stream(), selection.options()))
            .toList();
    if (streams.isEmpty()) {
      throw settings
          .connection()
          .fault("streams", "is missing", "declare which files are a stream");
    }
    return new FileConnector(folder, streams, program, context.cancellation());
  }
}
