@NullMarked
package ai.ipai.connectors.database;

import org.jspecify.annotations.NullMarked;
