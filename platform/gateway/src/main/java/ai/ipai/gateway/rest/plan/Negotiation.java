package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.MediaHandler;
import ai.ipai.gateway.rest.fault.RequestFaults;
import ai.ipai.gateway.rest.plan.BodyForm.BuiltIn;
import ai.ipai.gateway.rest.request.Action;
import ai.ipai.gateway.rest.request.MediaType;
import ai.ipai.gateway.rest.request.Preferences.Representation;
import ai.ipai.gateway.rest.request.RestRequest;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.spi.name.QualifiedName;
import java.util.Optional;

/** Which of the wanted media types the answer has, and what makes it. */
public record Negotiation(BodyForm form, MediaType type) {

  static Negotiation of(
      RestRequest request,
      RestSettings settings,
      Catalog catalog,
      QualifiedName target,
      boolean hasDefaultSelect) {
    boolean isRoot = request.incoming().path().isEmpty();
    Lookup lookup = new Lookup(catalog, target, hasDefaultSelect, settings.planEnabled(), isRoot);
    Negotiation found =
        request.accepts().stream()
            .flatMap(type -> lookup.find(type).stream())
            .findFirst()
            .orElseThrow(
                () ->
                    RequestFaults.mediaType(
                        request.accepts().stream().map(MediaType::mime).toList()));
    return isWithoutBody(request) ? new Negotiation(BuiltIn.NONE, found.type()) : found;
  }

  private static boolean isWithoutBody(RestRequest request) {
    return switch (request.action()) {
      case Action.Write write -> !request.preferences().returns(Representation.REPRESENTATION);
      case Action.Read read -> read.headersOnly();
      case Action.Call call -> call.method() == Action.Method.HEAD;
      default -> false;
    };
  }

  private record Lookup(
      Catalog catalog,
      QualifiedName target,
      boolean hasDefaultSelect,
      boolean mayExplain,
      boolean isRoot) {

    Optional<Negotiation> find(MediaType type) {
      return switch (type) {
        case MediaType.Single single ->
            Optional.of(
                new Negotiation(
                    single.withoutNulls() ? BuiltIn.SINGLE_WITHOUT_NULLS : BuiltIn.SINGLE, type));
        case MediaType.Explained explained ->
            mayExplain
                ? find(explained.result()).map(inner -> new Negotiation(inner.form(), type))
                : Optional.empty();
        case MediaType.Plain plain when plain == MediaType.Plain.ARRAY_WITHOUT_NULLS ->
            Optional.of(new Negotiation(BuiltIn.JSON_WITHOUT_NULLS, type));
        default -> custom(type).or(() -> builtIn(type));
      };
    }

    private Optional<Negotiation> custom(MediaType type) {
      Optional<Negotiation> ofTarget =
          hasDefaultSelect
              ? handler(Optional.of(target), MediaType.Plain.ANY)
                  .or(() -> handler(Optional.of(target), type))
              : Optional.empty();
      return ofTarget.or(() -> handler(Optional.empty(), type));
    }

    private Optional<Negotiation> handler(Optional<QualifiedName> of, MediaType type) {
      return catalog.handlers().reversed().stream()
          .filter(handler -> handler.target().equals(of))
          .filter(handler -> MediaType.parse(handler.mediaType()).equals(type))
          .findFirst()
          .map(Lookup::negotiated);
    }

    private static Negotiation negotiated(MediaHandler handler) {
      return new Negotiation(
          new BodyForm.Custom(handler.function(), handler.target()),
          MediaType.parse(handler.producedType()));
    }

    private Optional<Negotiation> builtIn(MediaType type) {
      if (!(type instanceof MediaType.Plain plain)) {
        return Optional.empty();
      }
      return switch (plain) {
        case ANY, JSON -> Optional.of(new Negotiation(BuiltIn.JSON, MediaType.Plain.JSON));
        case OPENAPI ->
            isRoot
                ? Optional.of(new Negotiation(BuiltIn.JSON, MediaType.Plain.OPENAPI))
                : Optional.empty();
        case CSV -> Optional.of(new Negotiation(BuiltIn.CSV, MediaType.Plain.CSV));
        case GEOJSON -> Optional.of(new Negotiation(BuiltIn.GEOJSON, MediaType.Plain.GEOJSON));
        default -> Optional.empty();
      };
    }
  }
}
