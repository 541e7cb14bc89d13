package ai.ipai.connectors.odoo;

import ai.ipai.connectors.odoo.OdooCursor.Phase;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a model once per company, for the fields whose value depends on it. Only rows with a value
 * are given: no value, false and 0 look the same in the API.
 */
final class CompanyValueReader implements BatchReader {
  private final ModelCalls calls;
  private final OdooModel model;
  private final int pageSize;
  private final Cancellation cancellation;
  private final List<OdooField> fields;
  private int company;
  private long after;
  private boolean ended;

  CompanyValueReader(
      ModelCalls calls,
      OdooModel model,
      int pageSize,
      Cancellation cancellation,
      StreamRequest request) {
    this.calls = calls;
    this.model = model;
    this.pageSize = pageSize;
    this.cancellation = cancellation;
    this.fields = model.perCompany();
    if (request.from() != null) {
      OdooCursor from = OdooCursor.parse(request.from());
      if (from.phase() == Phase.RECORDS) {
        company = calls.companies().indexOf(Long.parseLong(from.low()));
        after = from.after();
      }
    }
  }

  @Override
  public StreamDescriptor stream() {
    return model.companyValues();
  }

  @Override
  public OptionalLong expectedRows() {
    return OptionalLong.empty();
  }

  @Override
  public @Nullable RecordBatch next() {
    if (ended) {
      return null;
    }
    cancellation.check();
    if (company < 0 || company >= calls.companies().size()) {
      ended = true;
      return batch(List.of(), new OdooCursor(Phase.DONE, "", "", 0, ""));
    }
    long id = calls.companies().get(company);
    List<String> names = fields.stream().map(OdooField::name).toList();
    JsonNode page = calls.page(model, List.of(), after, pageSize, names, List.of(id));
    List<SourceRow> rows = new ArrayList<>();
    for (JsonNode record : page) {
      after = record.path("id").longValue();
      @Nullable Object[] values = values(id, record);
      if (values != null) {
        rows.add(SourceRow.present(values));
      }
    }
    if (page.size() < pageSize) {
      company++;
      after = 0;
    }
    String next = company < calls.companies().size() ? "" + calls.companies().get(company) : "-1";
    return batch(rows, new OdooCursor(Phase.RECORDS, next, "", after, ""));
  }

  private @Nullable Object @Nullable [] values(long company, JsonNode record) {
    @Nullable Object[] values = new Object[fields.size() + 2];
    values[0] = company;
    values[1] = after;
    boolean any = false;
    for (int i = 0; i < fields.size(); i++) {
      JsonNode node = record.path(fields.get(i).name());
      values[i + 2] = fields.get(i).value(node);
      boolean isNone = node.isBoolean() && !node.booleanValue();
      boolean isZero = node.isNumber() && node.decimalValue().signum() == 0;
      any |= !isNone && !isZero && !node.isMissingNode();
    }
    return any ? values : null;
  }

  private RecordBatch batch(List<SourceRow> rows, OdooCursor cursor) {
    return RecordBatch.of(stream().columns(), rows, cursor.cursor());
  }

  @Override
  public void close() {
    ended = true;
  }
}
