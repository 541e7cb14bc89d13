@NullMarked
package ai.ipai.server.doctor;

import org.jspecify.annotations.NullMarked;
