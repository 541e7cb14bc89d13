package ai.ipai.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.connectors.database.DatabaseConnectorType;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-081")
class PinnedDriverTest {
  @AfterEach
  void forget() {
    PinnedResolver.answerTestNames(null);
    AskingDriver.ANSWERS.clear();
  }

  @Test
  void aDriverThatIsDroppedInGetsTheAddressThatWasChecked() {
    AtomicInteger asked = new AtomicInteger();
    PinnedResolver.answerTestNames(
        name -> Stream.of(address(asked.getAndIncrement() == 0 ? "93.184.216.34" : "127.0.0.1")));
    ConnectorSettings settings =
        new ConnectorSettings(
            "shop",
            Settings.of("connection", Map.of("kind", "jdbc", "url", "jdbc:asking://rebinds.test/")),
            List.of());
    ConnectorContext context =
        new ConnectorContext(r -> "", Clock.systemUTC(), new Cancellation(), Path.of("."));
    try (Connector connector = new DatabaseConnectorType().open(settings, context)) {
      assertThat(connector.check()).hasSize(1);
    }
    assertThat(AskingDriver.ANSWERS).containsExactly("93.184.216.34");
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
