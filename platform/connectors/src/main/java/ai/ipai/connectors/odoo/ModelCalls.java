package ai.ipai.connectors.odoo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The calls that reading a model takes, each with the context that shows everything: archived
 * records, all companies, one language. Many2one come as bare ids, which is faster, and labels
 * change without a trace.
 */
record ModelCalls(OdooApi api, String language, List<Long> companies) {
  private static final int NO_LIMIT = 0;

  /** Records after an id, in the order of ids. */
  JsonNode page(OdooModel model, List<Object> domain, long after, int limit) {
    return page(model, domain, after, limit, model.fieldNames(), companies);
  }

  /** The same with the values as one company has them. */
  JsonNode page(
      OdooModel model,
      List<Object> domain,
      long after,
      int limit,
      List<String> fields,
      List<Long> viewers) {
    Map<String, Object> kwargs = new LinkedHashMap<>();
    kwargs.put("domain", domain(model, domain, after));
    kwargs.put("fields", fields);
    if (limit != NO_LIMIT) {
      kwargs.put("limit", limit);
    }
    kwargs.put("order", "id");
    kwargs.put("load", "");
    kwargs.put("context", context(viewers));
    return api.call(model.name(), "search_read", List.of(), kwargs);
  }

  /** All records with an id in {@code (after, upTo]}, in the order of ids. */
  JsonNode page(OdooModel model, List<Object> domain, long after, long upTo) {
    List<Object> range = new ArrayList<>(domain);
    range.add(List.of("id", "<=", upTo));
    return page(model, range, after, NO_LIMIT, model.fieldNames(), companies);
  }

  List<Long> ids(OdooModel model, List<Object> domain, long after, long upTo, int limit) {
    List<Object> range = new ArrayList<>(domain);
    if (upTo < Long.MAX_VALUE) {
      range.add(List.of("id", "<=", upTo));
    }
    JsonNode answer =
        api.call(
            model.name(),
            "search",
            List.of(domain(model, range, after)),
            Map.of("limit", limit, "order", "id", "context", context(companies)));
    List<Long> ids = new ArrayList<>(answer.size());
    answer.forEach(id -> ids.add(id.longValue()));
    return ids;
  }

  long count(OdooModel model, long after, long upTo) {
    return count(model, List.of(List.of("id", ">", after), List.of("id", "<=", upTo)));
  }

  long count(OdooModel model, List<Object> domain) {
    return api.call(
            model.name(),
            "search_count",
            List.of(domain(model, domain, 0)),
            Map.of("context", context(companies)))
        .longValue(0);
  }

  Instant serverTime() {
    return api.serverTime();
  }

  private static List<Object> domain(OdooModel model, List<Object> domain, long after) {
    List<Object> all = new ArrayList<>(model.filter());
    all.addAll(domain);
    all.add(List.of("id", ">", after));
    return all;
  }

  private Map<String, Object> context(List<Long> viewers) {
    return Map.of(
        "active_test", false, "lang", language, "tz", "UTC", "allowed_company_ids", viewers);
  }
}
