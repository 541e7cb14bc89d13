package ai.ipai.governance.yaml;

import ai.ipai.spi.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds the tree from the parser's events. The library's own composer recurses without a limit and
 * keeps no rule about repeated aliases, so a small hostile file could exhaust the stack or memory.
 */
final class YamlComposer {
  static final int MAX_DEPTH = 64;
  static final int MAX_NODES = 100_000;

  private final String file;
  private final Faults faults;
  private final Map<Anchor, YamlNode> anchors = new HashMap<>();
  private Iterator<Event> events = List.<Event>of().iterator();

  YamlComposer(String file, Faults faults) {
    this.file = file;
    this.faults = faults;
  }

  /** Ends the reading of this file: the fault has been reported. */
  private static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unusable() {
      super(null, null, false, false);
    }
  }

  Optional<YamlNode> compose(String text) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(file).setCodePointLimit(Yaml.MAX_BYTES).build();
    try {
      events = new Parse(settings).parseString(withoutByteOrderMark(text)).iterator();
      return document();
    } catch (MarkedYamlEngineException broken) {
      faults.add(YamlSyntax.fault(file, broken));
    } catch (ReaderException unprintable) {
      faults.add(YamlSyntax.fault(file, text, unprintable));
    } catch (YamlEngineException broken) {
      faults.add(
          FilePlace.whole(file),
          YamlErrors.SYNTAX,
          "this is not YAML that can be read",
          "check the file with an editor that knows YAML 1.2");
    } catch (Unusable reported) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static String withoutByteOrderMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private Optional<YamlNode> document() {
    events.next(); // stream start
    if (events.next().getEventId() == Event.ID.StreamEnd) {
      return Optional.empty();
    }
    YamlNode root = node(events.next(), 0);
    events.next(); // document end
    Event next = events.next();
    if (next.getEventId() != Event.ID.StreamEnd) {
      throw unusable(
          next, YamlErrors.UNSUPPORTED, "a second document starts here", "use one file for each");
    }
    boolean isEmpty = root instanceof YamlScalar scalar && scalar.isNull();
    return isEmpty ? Optional.empty() : Optional.of(root);
  }

  private YamlNode node(Event event, int depth) {
    if (depth > MAX_DEPTH) {
      throw unusable(
          event,
          YamlErrors.TOO_LARGE,
          "the nesting is deeper than " + MAX_DEPTH + " levels",
          "flatten the file");
    }
    YamlNode node =
        switch (event) {
          case AliasEvent alias -> resolve(alias);
          case ScalarEvent scalar -> YamlScalars.read(place(scalar), scalar, faults);
          case SequenceStartEvent start -> sequence(start, depth);
          case MappingStartEvent start -> mapping(start, depth);
          default -> throw new IllegalStateException("no node: " + event.getEventId());
        };
    if (!(event instanceof AliasEvent) && event instanceof NodeEvent named) {
      named.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
    }
    return node;
  }

  private YamlNode resolve(AliasEvent alias) {
    YamlNode target = anchors.get(alias.getAlias());
    if (target == null) {
      throw unusable(
          alias,
          YamlErrors.SYNTAX,
          "the alias *" + alias.getAlias() + " has no finished anchor before it",
          "define &" + alias.getAlias() + " above, outside of what uses it");
    }
    return target;
  }

  private YamlSequence sequence(SequenceStartEvent start, int depth) {
    refuseTag(start, start.getTag());
    List<YamlNode> items = new ArrayList<>();
    int size = 1;
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      YamlNode item = node(event, depth + 1);
      size = grown(size, item, event);
      items.add(item);
    }
    return YamlSequence.of(place(start), items);
  }

  private YamlMapping mapping(MappingStartEvent start, int depth) {
    refuseTag(start, start.getTag());
    Map<String, YamlMapping.Entry> entries = new LinkedHashMap<>();
    int size = 1;
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      String key = key(event, depth);
      YamlNode value = node(events.next(), depth + 1);
      size = grown(size, value, event);
      YamlMapping.Entry earlier =
          entries.putIfAbsent(key, new YamlMapping.Entry(place(event), key, value));
      if (earlier != null) {
        faults.add(
            place(event),
            YamlErrors.DUPLICATE_KEY,
            "the key \"" + key + "\" stands here a second time",
            "keep one of the two; the first is at line " + earlier.place().line());
      }
    }
    return YamlMapping.of(place(start), entries);
  }

  private String key(Event event, int depth) {
    if (node(event, depth + 1) instanceof YamlScalar scalar && !scalar.isNull()) {
      if (scalar.text().equals("<<")) {
        throw unusable(
            event,
            YamlErrors.UNSUPPORTED,
            "merge keys (<<) are not supported",
            "write the keys out");
      }
      return scalar.text();
    }
    throw unusable(
        event, YamlErrors.UNSUPPORTED, "a key must be a single word or text", "write key: value");
  }

  private int grown(int size, YamlNode child, Event event) {
    if (size + child.size() > MAX_NODES) {
      throw unusable(
          event,
          YamlErrors.TOO_LARGE,
          "the file has more than " + MAX_NODES + " values, aliases counted where they are used",
          "split it into several files");
    }
    return size + child.size();
  }

  private void refuseTag(Event event, Optional<String> tag) {
    if (tag.isPresent() && !tag.get().startsWith("tag:yaml.org,2002:")) {
      throw unusable(
          event, YamlErrors.UNSUPPORTED, "the tag " + tag.get() + " is not supported", "remove it");
    }
  }

  private Unusable unusable(Event event, ErrorCode code, String message, String cure) {
    faults.add(place(event), code, message, cure);
    return new Unusable();
  }

  private FilePlace place(Event event) {
    return event.getStartMark().map(mark -> place(file, mark)).orElse(FilePlace.whole(file));
  }

  static FilePlace place(String file, Mark mark) {
    return new FilePlace(file, mark.getLine() + 1, mark.getColumn() + 1);
  }
}
