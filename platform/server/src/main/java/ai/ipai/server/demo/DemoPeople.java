package ai.ipai.server.demo;

import ai.ipai.governance.workspace.YamlJson;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.server.DemoUsers.Person;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads {@code demo-users.yaml}, whose shape the workspace has checked. */
final class DemoPeople {
  private DemoPeople() {}

  static List<Person> of(YamlMapping file) {
    List<Person> people = new ArrayList<>();
    for (JsonNode user : YamlJson.of(file).path("users")) {
      List<String> roles = new ArrayList<>();
      user.path("roles").forEach(role -> roles.add(role.asString("")));
      Map<String, Object> claims = new LinkedHashMap<>();
      user.path("claims")
          .properties()
          .forEach(claim -> claims.put(claim.getKey(), claim.getValue()));
      people.add(
          new Person(
              user.path("email").asString(""),
              user.path("name").asString(""),
              user.path("description").asString(""),
              roles,
              claims));
    }
    return people;
  }
}
