package ai.ipai.connectors.database;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.connectors.database.Source.Reading;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.StreamDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A database of another make, with real data in it: FoodMart in HSQLDB. */
@Tag("REQ-CON-082")
class HsqldbSourceTest {
  private static Source foodmart(Map<String, Map<String, @Nullable Object>> streams) {
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("kind", "jdbc");
    connection.put("url", "jdbc:hsqldb:res:foodmart");
    connection.put("login", "FOODMART");
    connection.put("secret", "secret://foodmart/password");
    connection.put("schemas", List.of("foodmart"));
    connection.put("private_addresses", true);
    connection.put("options", Map.of("readonly", "true"));
    connection.put("page_size", 1000);
    return new Source(connection, "FOODMART", streams);
  }

  @Test
  void allTablesOfAnotherDatabaseAreStreams() {
    try (Source source = foodmart(Map.of())) {
      assertThat(source.connector.discover())
          .extracting(StreamDescriptor::name)
          .hasSize(37)
          .contains("customer", "sales_fact_1997", "salary");
    }
  }

  @Test
  void aTableWithAndOneWithoutKeyAreReadWhole() {
    Map<String, Map<String, @Nullable Object>> streams =
        Map.of("customer", Map.of("key", List.of("customer_id")), "sales_fact_1998", Map.of());
    try (Source source = foodmart(streams)) {
      Reading customers = source.read("customer", ReadMode.SNAPSHOT, null);
      assertThat(new HashSet<>(customers.values("customer_id"))).hasSize(10_281);
      Reading begun = source.read("sales_fact_1998", ReadMode.SNAPSHOT, null, 70);
      Reading rest = source.read("sales_fact_1998", ReadMode.SNAPSHOT, begun.after());
      List<Map<String, @Nullable Object>> both = new ArrayList<>(begun.rows());
      both.addAll(rest.rows());
      assertThat(both).hasSize(164_558);
      assertThat(both).isEqualTo(source.read("sales_fact_1998", ReadMode.SNAPSHOT, null).rows());
    }
  }
}
