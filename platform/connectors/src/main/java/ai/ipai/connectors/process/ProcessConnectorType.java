package ai.ipai.connectors.process;

import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Settings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads from a program that speaks the Airbyte protocol. The programs that may be run are named in
 * {@value #VARIABLE}, such as {@code faker=node /opt/faker/main.js;billing=/opt/billing/source}:
 * whoever may write connector files must not be able to start whatever they like.
 */
public final class ProcessConnectorType implements ConnectorType {
  /** The environment variable with the programs. */
  public static final String VARIABLE = "IPAI_PROCESS_SOURCES";

  private static final String SETTINGS =
      """
      {"type": "object", "required": ["program"], "additionalProperties": false,
       "properties": {
         "program": {"type": "string", "description": "A name from IPAI_PROCESS_SOURCES"},
         "config": {"type": "object", "description": "The program's own configuration; secret://… values are resolved"},
         "silence": {"type": "string", "description": "How long the program may say nothing; 10m if absent"}}}
      """;

  private final Map<String, List<String>> programs;

  /**
   * With these programs.
   *
   * @param programs words of the command by name
   */
  public ProcessConnectorType(Map<String, List<String>> programs) {
    this.programs = new TreeMap<>(programs);
  }

  /** From {@value #VARIABLE}: pairs with semicolons between, words with blanks between. */
  public static ProcessConnectorType of(Map<String, String> environment) {
    Map<String, List<String>> programs = new LinkedHashMap<>();
    for (String pair : environment.getOrDefault(VARIABLE, "").split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        programs.put(
            pair.substring(0, equals).strip(),
            List.of(pair.substring(equals + 1).strip().split(" +")));
      }
    }
    if (!programs.isEmpty()) {
      SourceFolders.sweep();
    }
    return new ProcessConnectorType(programs);
  }

  @Override
  public ConnectorSpec spec() {
    return new ConnectorSpec("process", "A program (Airbyte protocol)", SETTINGS, "{}", true);
  }

  @Override
  public Connector open(ConnectorSettings settings, ConnectorContext context) {
    Settings connection = settings.connection();
    String name = connection.text("program");
    List<String> command = programs.get(name);
    if (command == null) {
      throw connection.fault(
          "program",
          "is none that this installation runs",
          "the operator names programs in %s; there are: %s"
              .formatted(VARIABLE, String.join(", ", programs.keySet())));
    }
    Duration silence = connection.duration("silence", Duration.ofMinutes(10));
    Config config = Config.resolved(connection.mapping("config").values(), context.secrets());
    Program program = new Program(name, command, silence, config, context.cancellation());
    return new ProcessConnector(program, settings);
  }
}
