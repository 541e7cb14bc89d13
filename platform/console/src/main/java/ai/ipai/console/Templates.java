package ai.ipai.console;

import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.TemplateLocator.TemplateLocation;
import io.quarkus.qute.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Renders the templates beside this class. Every value is escaped for HTML. */
final class Templates {
  private static final Variant HTML = Variant.forContentType(Variant.TEXT_HTML);

  private final Engine engine =
      Engine.builder()
          .addDefaults()
          .addValueResolver(new ReflectionValueResolver())
          .addResultMapper(new HtmlEscaper(List.of(Variant.TEXT_HTML)))
          .addLocator(Templates::locate)
          .strictRendering(true)
          .build();

  String render(String name, Map<String, ?> data) {
    var template = engine.getTemplate(name);
    if (template == null) {
      throw new IllegalStateException("there is no template " + name);
    }
    var instance = template.instance();
    data.forEach(instance::data);
    return instance.render();
  }

  private static Optional<TemplateLocation> locate(String name) {
    try (InputStream stream = Templates.class.getResourceAsStream(name + ".html")) {
      if (stream == null) {
        return Optional.empty();
      }
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(new Location(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Location(String text) implements TemplateLocation {
    @Override
    public Reader read() {
      return new StringReader(text);
    }

    @Override
    public Optional<Variant> getVariant() {
      return Optional.of(HTML);
    }
  }
}
