@NullMarked
package ai.ipai.connectors.example;

import org.jspecify.annotations.NullMarked;
